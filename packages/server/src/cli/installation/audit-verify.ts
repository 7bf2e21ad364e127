import pg from "pg";
import { verifyChains } from "../../audit/verification.ts";
import type { ChainReport } from "../../audit/verification.ts";
import { readConfig } from "../../config.ts";
import { reachDatabase } from "../../main/database.ts";
import { EXIT_FAILURE, EXIT_OK, UsageError, parseArguments } from "../command.ts";
import type { Command } from "../command.ts";
import { escapeControls } from "../terminal/text.ts";

const HELP = `Usage: skerry audit verify [options]

Proves that the audit log is whole: hashes every record again and follows each tenant's chain, and that of the
installation, from the first record to the last. Reads the database itself, DATABASE_URL or the embedded one in
SKERRY_DATA_DIR, also while a server runs, and writes nothing.

Whoever can write to the whole database can also forge a whole chain. Against that, keep what GET /api/v1/audit/head
gives somewhere else, and hand it in with --expect-head.

  --tenant=ID         verify this tenant's chain alone; * is the installation's
  --expect-head=HASH  fail unless a record with this hash is there; may be given more than once
  --json              print one object: { whole, chains: [{ chain, records, hash, broken }], missingHeads }
  -h, --help          print this text

Exit codes: 0 whole, 1 broken or not to be read, 2 wrong usage or settings.
`;

/** What `skerry audit verify --json` prints. */
export interface AuditVerification {
  readonly whole: boolean;
  readonly chains: readonly ChainReport[];
  /** Hashes that were expected and are in no chain. */
  readonly missingHeads: readonly string[];
}

const OPTIONS = {
  tenant: { type: "string" },
  "expect-head": { type: "string", multiple: true },
  json: { type: "boolean" },
} as const;

/** `skerry audit verify`: whether anybody changed or removed what was recorded. */
export const audit: Command = { help: HELP, options: OPTIONS, subcommands: ["verify"], run: runAudit };

async function runAudit(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  if (positionals.length !== 1 || positionals[0] !== "verify")
    throw new UsageError("the audit log can only be verified: skerry audit verify");
  const expected = (values["expect-head"] ?? []).map(checkHash);
  const verification = await verify(values.tenant, expected);
  process.stdout.write(
    values.json === true ? `${JSON.stringify(verification, null, 2)}\n` : describe(verification),
  );
  return verification.whole ? EXIT_OK : EXIT_FAILURE;
}

function checkHash(hash: string): string {
  if (/^[0-9a-f]{64}$/i.test(hash)) return hash.toLowerCase();
  throw new UsageError(`--expect-head takes 64 hexadecimal digits, not ${JSON.stringify(hash)}`);
}

async function verify(chain: string | undefined, expected: readonly string[]): Promise<AuditVerification> {
  const onNotice = (message: string): void => void process.stderr.write(`${message}\n`);
  await using database = await reachDatabase(readConfig(), onNotice);
  const missing = new Set(expected);
  const client = new pg.Client({ connectionString: database.url, application_name: "skerry audit verify" });
  await client.connect();
  try {
    const onRecord = (_chain: string, hash: string): void => void missing.delete(hash);
    const chains = await Array.fromAsync(verifyChains(client, { chain, onRecord }));
    const whole = missing.size === 0 && chains.every(({ broken }) => broken === null);
    return { whole, chains, missingHeads: [...missing] };
  } finally {
    await client.end();
  }
}

function describe({ whole, chains, missingHeads }: AuditVerification): string {
  const records = chains.reduce((sum, chain) => sum + chain.records, 0);
  const lines = [
    ...chains.map(describeChain),
    ...missingHeads.map((hash) => `missing  no record has the expected hash ${hash}`),
    `${whole ? "The audit log is whole" : "THE AUDIT LOG IS BROKEN"}: chains ${chains.length}, records that hold ${records}.`,
  ];
  return `${lines.join("\n")}\n`;
}

function describeChain({ chain, records, hash, broken }: ChainReport): string {
  const name = escapeControls(chain === "*" ? "* (installation)" : chain);
  return broken === null
    ? `whole    ${name}: ${records} records, head ${hash}`
    : `BROKEN   ${name}: ${broken.reason}; ${records} records before it hold`;
}

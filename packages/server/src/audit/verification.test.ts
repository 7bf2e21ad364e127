import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asAdministrator, createTestDatabase, forge } from "../../test/database.ts";
import type { TestDatabase } from "../../test/database.ts";
import { runSkerry } from "../../test/skerry-process.ts";
import { EVERY_PERMISSION } from "../auth/principal.ts";
import type { AuditVerification } from "../cli/installation/audit-verify.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { recordChange } from "./recorder.ts";
import { verifyChains } from "./verification.ts";
import type { ChainReport } from "./verification.ts";

const RECORDS = 6;

let prepared: TestDatabase;

beforeAll(async () => {
  prepared = await createTestDatabase();
});

afterAll(() => prepared[Symbol.asyncDispose]());

describe("verifyChains", () => {
  test("a chain that nobody touched is whole, whatever its texts hold", async () => {
    // More than nine: numbers must not be put into the order of texts.
    await fill("whole");
    const hash = await fill("whole");
    expect(await verify("whole")).toEqual([{ chain: "whole", records: 2 * RECORDS, hash, broken: null }]);
  });

  const forgeries: readonly (readonly [string, string, number, string])[] = [
    ["changed field", "update skerry.audit_log set actor = 'nobody' where seq = 3", 3, "was changed"],
    ["changed time", "update skerry.audit_log set at = at + interval '1 ms' where seq = 3", 3, "was changed"],
    ["changed number", "update skerry.audit_log set seq = 9 where seq = 6", 6, "is missing"],
    [
      "changed JSON",
      "update skerry.audit_log set after = (' ' || after::text)::json where seq = 2",
      2,
      "was changed",
    ],
    ["removed record", "delete from skerry.audit_log where seq = 4", 4, "is missing"],
    ["removed beginning", "delete from skerry.audit_log where seq = 1", 1, "is missing"],
    [
      "swapped records",
      "update skerry.audit_log set seq = case seq when 2 then 103 else 102 end where seq in (2, 3); " +
        "update skerry.audit_log set seq = seq - 100 where seq > 100",
      2,
      "was changed",
    ],
    [
      "record moved to another tenant",
      "update skerry.audit_log set tenant_id = 'elsewhere' where seq = 5",
      5,
      "is missing",
    ],
    [
      "changed and hashed anew",
      "update skerry.audit_log set actor = 'nobody' where seq = 3; " +
        "update skerry.audit_log as row set hash = skerry.hash_audit_record(row) where seq = 3",
      4,
      "does not follow record 3",
    ],
    ["removed end", "delete from skerry.audit_log where seq > 4", 5, "records 5 to 6 are missing"],
    ["removed head", "delete from skerry.audit_heads", RECORDS, "the head of the chain is missing"],
    ["removed all", "delete from skerry.audit_log", 1, "records 1 to 6 are missing"],
    [
      "last record hashed anew",
      "update skerry.audit_log set actor = 'nobody' where seq = 6; " +
        "update skerry.audit_log as row set hash = skerry.hash_audit_record(row) where seq = 6",
      6,
      "is not the one that the head names",
    ],
  ];
  test.each(forgeries)("finds a %s", async (_name, statement, seq, reason) => {
    await using own = await createTestDatabase();
    await fill("acme", own);
    await forge(own, statement);
    const [report] = await verify("acme", own);
    expect(report?.broken).toEqual({ seq, reason: expect.stringContaining(reason) });
  });

  test("refuses a user from whom records are hidden", async () => {
    const user = `auditor_${process.pid}`;
    await asAdministrator((client) => client.query(`create role ${user} login password 'auditor'`));
    try {
      await forge(
        prepared,
        `grant usage on schema skerry to ${user}; grant select on all tables in schema skerry to ${user}`,
      );
      const url = Object.assign(new URL(prepared.url), { username: user, password: "auditor" });
      await expect(verify(undefined, { url: url.href })).rejects.toMatchObject({ code: "DATABASE_RIGHTS" });
    } finally {
      await forge(prepared, `drop owned by ${user}`);
      await asAdministrator((client) => client.query(`drop role ${user}`));
    }
  });
});

describe("skerry audit verify", () => {
  test("tells by exit code and text what holds, and that a forged chain lacks the head that was kept", async () => {
    await using own = await createTestDatabase();
    const head = await fill("acme", own);
    await fill("globex", own);
    const env = { DATABASE_URL: own.url };
    const whole = await runSkerry(["audit", "verify", `--expect-head=${head}`], { env });
    expect(whole).toMatchObject({ exitCode: 0, stderr: "" });
    expect(whole.stdout).toContain(`whole    acme: ${RECORDS} records, head ${head}`);

    // The whole chain is made anew, as only the owner of the database could.
    await forge(
      own,
      `create table forged as select * from skerry.audit_log where tenant_id = 'acme' order by seq;
       delete from skerry.audit_log where tenant_id = 'acme';
       delete from skerry.audit_heads where tenant_id = 'acme';
       set session_replication_role = origin;
       insert into skerry.audit_log (tenant_id, actor, action, target_type, target_id)
         select tenant_id, 'nobody', action, target_type, target_id from forged order by seq`,
    );
    const forged = await runSkerry(["audit", "verify", "--json", "--tenant=acme", `--expect-head=${head}`], {
      env,
    });
    expect(forged.exitCode).toBe(1);
    const verification = JSON.parse(forged.stdout) as AuditVerification;
    expect(verification).toMatchObject({ whole: false, missingHeads: [head] });
    expect(verification.chains).toMatchObject([{ chain: "acme", records: RECORDS, broken: null }]);

    await forge(own, "delete from skerry.audit_log where tenant_id = 'globex' and seq = 2");
    const broken = await runSkerry(["audit", "verify"], { env });
    expect(broken.exitCode).toBe(1);
    expect(broken.stdout).toContain("BROKEN   globex: record 2 is missing");
  }, 60_000);
});

/** @returns the chain's head. */
async function fill(tenantId: string, { database }: TestDatabase = prepared): Promise<string> {
  const principal = { kind: "user", id: "u1", tenantId, permissions: EVERY_PERMISSION } as const;
  for (let index = 1; index <= RECORDS; index += 1) {
    await withTenant(database, tenantId, (queries) =>
      recordChange(
        queries,
        { principal, origin: { address: "2001:db8::1" }, tenantId },
        {
          action: "script.updated",
          target: { type: "script", id: `s${index}`, name: "größe, 5:x," },
          after: { text: '\u0000 \u2028 😀 " \\', number: 1e21, nested: { list: [index, null, true] } },
        },
      ),
    );
  }
  const head = await database.pool.query<{ hash: string }>(
    "select encode(hash, 'hex') as hash from skerry.audit_heads where tenant_id = $1",
    [tenantId],
  );
  return head.rows[0]?.hash ?? "";
}

async function verify(chain?: string, { url }: Pick<TestDatabase, "url"> = prepared): Promise<ChainReport[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await Array.fromAsync(verifyChains(client, { chain, onRecord: () => {} }));
  } finally {
    await client.end();
  }
}

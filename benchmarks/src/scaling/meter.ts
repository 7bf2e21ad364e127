import { readFileSync } from "node:fs";
import pg from "pg";
import { listDescendants } from "skerry/jobs";

/** Of Linux, on every architecture that we build for. */
const TICK_MS = 10;
const KB = 1_024;

/** CPU time of processes, in ms. */
export interface CpuTime {
  /** Of themselves. */
  readonly ownMs: number;
  /** Of those of their children that have ended. */
  readonly endedMs: number;
}

export function readCpu(pids: readonly number[]): CpuTime {
  const times = pids.map(readProcess);
  const sum = (key: keyof CpuTime): number => times.reduce((total, time) => total + time[key], 0);
  return { ownMs: sum("ownMs"), endedMs: sum("endedMs") };
}

/** Fields 14 to 17 of proc_pid_stat(5), counted from behind the name, which may hold anything. */
function readProcess(pid: number): CpuTime {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15).map(Number);
    return { ownMs: (user + system) * TICK_MS, endedMs: (endedUser + endedSystem) * TICK_MS };
  } catch {
    return { ownMs: 0, endedMs: 0 }; // it ended between the listing and the reading; its parent has its time
  }
}

/** What PostgreSQL has done so far. */
export interface DatabaseReading {
  /** CPU time of all its processes. */
  readonly cpuMs: number;
  /** Bytes of its write-ahead log. */
  readonly walKb: number;
  /** Size of our tables and indexes. */
  readonly storedKb: number;
}

/** Watches one PostgreSQL of this machine from outside. */
export interface DatabaseMeter extends AsyncDisposable {
  readonly client: pg.Client;
  read(): Promise<DatabaseReading>;
  countConnections(): Promise<number>;
}

export async function openMeter(url: string): Promise<DatabaseMeter> {
  const client = new pg.Client({ connectionString: url, application_name: "meter" });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  const postmaster = readParent(rows[0]?.pid ?? 0);

  return {
    client,
    async read() {
      const found = await client.query<{ wal: number; stored: number }>(`
        select (pg_current_wal_insert_lsn() - '0/0')::float8 as wal,
          (select sum(pg_total_relation_size(oid))::float8 from pg_class
            where relnamespace = 'skerry'::regnamespace and relkind = 'r') as stored`);
      const { wal = 0, stored = 0 } = found.rows[0] ?? {};
      const { ownMs, endedMs } = readCpu([postmaster, ...listDescendants(postmaster)]);
      return { cpuMs: ownMs + endedMs, walKb: wal / KB, storedKb: stored / KB };
    },
    async countConnections() {
      const found = await client.query<{ count: number }>(
        "select count(*)::integer as count from pg_stat_activity where backend_type = 'client backend' and application_name <> 'meter'",
      );
      return found.rows[0]?.count ?? 0;
    },
    async [Symbol.asyncDispose]() {
      await client.end();
    },
  };
}

function readParent(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

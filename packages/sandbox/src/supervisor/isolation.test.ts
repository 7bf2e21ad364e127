import { describe, expect, test } from "vitest";
import { SandboxError } from "../errors.ts";
import { WALL_NAMES, detectIsolation, probeJail } from "./isolation.ts";

describe("probeJail", () => {
  test("lists every wall, and says how to get one that is missing", () => {
    const { walls, level } = probeJail("full").report;
    expect(walls.map(({ name }) => name)).toEqual(WALL_NAMES);
    expect(walls.find(({ name }) => name === "permissions")?.active).toBe(true);
    for (const wall of walls)
      expect(wall.detail).toMatch(wall.active ? /\S/ : /allow|install|not root|Linux/);
    expect(["full", "partial"]).toContain(level);
  });

  test("is partial, and strict refuses to start, as soon as one wall is left out", () => {
    const reached = probeJail("full").report.walls.filter((wall) => wall.active);
    for (const { name } of reached) {
      const { report } = probeJail("full", { without: [name] });
      expect(report.level).toBe("partial");
      expect(report.walls.find((wall) => wall.name === name)?.active).toBe(false);
      const attempt = (): unknown => probeJail("strict", { without: [name] });
      expect(attempt).toThrow(SandboxError);
      expect(attempt).toThrow(`${name}: `);
      expect(attempt).toThrow(expect.objectContaining({ code: "ISOLATION_UNAVAILABLE" }));
    }
  });

  test("gives no wall under `none`, and says so", () => {
    const jail = probeJail("none");
    expect(jail).toMatchObject({ prefix: [], permissions: false, report: { level: "none" } });
    expect(jail.report.walls.filter((wall) => wall.active)).toEqual([]);
  });

  test("detection never refuses", () => {
    expect(detectIsolation("strict")).toEqual(detectIsolation("full"));
  });
});

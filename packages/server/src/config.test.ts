import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { listConfig, readConfig } from "./config.ts";
import { StartError } from "./main/errors.ts";

function catchError(action: () => unknown): StartError {
  try {
    action();
  } catch (error) {
    if (error instanceof StartError) return error;
  }
  throw new Error("no StartError was thrown");
}

describe("readConfig", () => {
  test("fills in every default", () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      role: "all",
      host: "127.0.0.1",
      databaseUrl: undefined,
      dataDir: resolve(".skerry"),
      isDataDirNamed: false,
      operatorKey: undefined,
      baseUrl: undefined,
      basePath: "/",
      baseDomain: undefined,
      tokens: undefined,
      oidc: undefined,
      masterKey: undefined,
      isolation: "full",
      maxRunners: undefined,
      spareRunners: undefined,
      drainMs: 0,
      remote: { url: undefined, apiKey: undefined },
      userFolder: join(homedir(), ".config", "skerry"),
      telemetry: { endpoint: undefined, headers: {}, serviceName: "skerry", sampleRatio: 1 },
      logLevel: "info",
    });
  });

  test("takes OpenTelemetry's own variables, and keeps the headers of its requests secret", () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/",
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20k3y,x-team = a%2Cb",
      OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
      OTEL_TRACES_SAMPLER_ARG: "0.05",
    };
    const headers = { authorization: "Bearer k3y", "x-team": "a,b" };
    expect(readConfig(env).telemetry).toMatchObject({
      endpoint: "http://collector:4318",
      headers,
      sampleRatio: 0.05,
    });
    expect(JSON.stringify(listConfig(env))).not.toContain("k3y");
    expect(readConfig({ OTEL_TRACES_SAMPLER: "always_off" }).telemetry.sampleRatio).toBe(0);
    for (const wrong of ["=b", "a", "a=%zz", ","]) {
      expect(() => readConfig({ OTEL_EXPORTER_OTLP_HEADERS: wrong })).toThrow("OTEL_EXPORTER_OTLP_HEADERS");
    }
    expect(() => readConfig({ OTEL_TRACES_SAMPLER_ARG: "2" })).toThrow("OTEL_TRACES_SAMPLER_ARG");
  });

  test("takes numbers as text and an empty variable as unset", () => {
    const config = readConfig({ PORT: "0", SKERRY_RUNNERS_MAX: "8", HOST: "", DATABASE_URL: "" });
    expect(config).toMatchObject({ port: 0, maxRunners: 8, host: "127.0.0.1", databaseUrl: undefined });
  });

  test("gives load balancers time where there may be one, unless it is told how much", () => {
    const shared = { DATABASE_URL: "postgres://db.example/skerry" };
    expect(readConfig(shared).drainMs).toBe(5_000);
    expect(readConfig({ ...shared, SKERRY_ROLE: "worker" }).drainMs).toBe(0);
    expect(readConfig({ ...shared, SKERRY_DRAIN_MS: "12000" }).drainMs).toBe(12_000);
    expect(() => readConfig({ SKERRY_DRAIN_MS: "5s" })).toThrow("SKERRY_DRAIN_MS");
  });

  test("takes an address or a file for the keys of tokens", () => {
    const address = { SKERRY_TOKEN_KEYS: "https://host.example/jwks", SKERRY_TOKEN_AUDIENCE: "skerry" };
    expect(readConfig(address).tokens).toEqual({ jwksUrl: "https://host.example/jwks", audience: "skerry" });
    const file = { SKERRY_TOKEN_KEYS: "keys.json", SKERRY_TOKEN_ISSUER: "host" };
    expect(readConfig(file).tokens).toEqual({ jwksFile: resolve("keys.json"), issuer: "host" });
  });

  test("knows its own address without a slash at the end", () => {
    expect(readConfig({ SKERRY_BASE_URL: "https://scripts.example/" }).baseUrl).toBe(
      "https://scripts.example",
    );
    expect(() => readConfig({ SKERRY_BASE_URL: "scripts.example" })).toThrow("SKERRY_BASE_URL");
  });

  test("wants addresses that fit together", () => {
    const alone = catchError(() => readConfig({ SKERRY_BASE_DOMAIN: "run.example" }));
    expect([alone.code, alone.message]).toEqual([
      "CONFIG_INVALID",
      expect.stringContaining("SKERRY_BASE_URL"),
    ]);
    const elsewhere = { SKERRY_BASE_URL: "https://scripts.example/a", SKERRY_BASE_PATH: "/b" };
    expect(() => readConfig(elsewhere)).toThrow("must end with basePath (SKERRY_BASE_PATH), /b");
    const whole = { SKERRY_BASE_URL: "https://scripts.example", SKERRY_BASE_DOMAIN: "run.example" };
    expect(readConfig(whole)).toMatchObject({
      baseUrl: "https://scripts.example",
      baseDomain: "run.example",
    });
  });

  test("wants all that an identity provider needs, or nothing", () => {
    const whole = {
      SKERRY_OIDC_ISSUER: "https://id.example",
      SKERRY_OIDC_CLIENT_ID: "skerry",
      SKERRY_OIDC_CLIENT_SECRET: "hunter4",
    };
    expect(readConfig(whole).oidc).toEqual({
      issuer: "https://id.example",
      clientId: "skerry",
      clientSecret: "hunter4",
    });
    const error = catchError(() => readConfig({ ...whole, SKERRY_OIDC_CLIENT_ID: "" }));
    expect(error).toMatchObject({ code: "CONFIG_INVALID" });
    expect(error.message).not.toContain("hunter");
  });

  test("wants a mail server and a sender, or neither", () => {
    const whole = { SMTP_URL: "smtps://me:hunter5@mail.example", SKERRY_MAIL_FROM: "skerry@scripts.example" };
    expect(readConfig(whole).mail).toEqual({
      smtpUrl: "smtps://me:hunter5@mail.example",
      from: "skerry@scripts.example",
    });
    expect(readConfig({}).mail).toBeUndefined();
    const alone = catchError(() => readConfig({ ...whole, SKERRY_MAIL_FROM: "" }));
    expect(alone).toMatchObject({ code: "CONFIG_INVALID" });
    expect(alone.message).not.toContain("hunter");
    const broken = { ...whole, SKERRY_MAIL_FROM: "me@scripts.example\r\nBcc: you@scripts.example" };
    expect(() => readConfig(broken)).toThrow("SKERRY_MAIL_FROM");
  });

  test("takes the origins that may embed the editor", () => {
    const read = (text: string) => readConfig({ SKERRY_EMBED_ORIGINS: text }).embed;
    expect(read("")).toBeUndefined();
    const origins = ["https://app.example.com", "https://*.example.org", "http://localhost:3001"];
    expect(read(origins.join(" "))).toEqual({ origins });
    for (const wrong of [
      "*",
      "https:",
      "app.example.com",
      "https://a.example/",
      "https://a.example;x",
      "'self'",
    ]) {
      expect(() => read(wrong)).toThrow("SKERRY_EMBED_ORIGINS");
    }
  });

  test("takes internal hosts as JSON", () => {
    const internal = [{ name: "billing.internal", address: "10.0.0.5", port: 8080, tenants: ["acme"] }];
    const env = { SKERRY_HTTP_INTERNAL: JSON.stringify(internal) };
    expect(readConfig(env).http).toEqual({ internal });
    const shown = listConfig(env).find(({ name }) => name === "SKERRY_HTTP_INTERNAL");
    expect(JSON.parse(shown?.value ?? "")).toEqual(internal);
    for (const text of ["billing", '{"name":"a"}', '[{"name":"*.internal","port":1}]', '[{"name":"a"}]']) {
      expect(() => readConfig({ SKERRY_HTTP_INTERNAL: text })).toThrow("SKERRY_HTTP_INTERNAL");
    }
  });

  test("names every wrong variable at once, with its value and its rule", () => {
    const env = {
      PORT: "http",
      SKERRY_ISOLATION: "medium",
      SKERRY_RUNNERS_MAX: "0",
      DATABASE_URL: "mysql://db",
    };
    const { code, message } = catchError(() => readConfig(env));
    expect(code).toBe("CONFIG_INVALID");
    expect(
      message
        .split("\n")
        .slice(1)
        .map((line) => line.trim().split(":")[0]),
    ).toEqual(["PORT=http", "DATABASE_URL=mysql", "SKERRY_ISOLATION=medium", "SKERRY_RUNNERS_MAX=0"]);
  });

  test("never repeats a secret in an error", () => {
    const env = {
      SKERRY_ADMIN_KEY: "short-secret\n",
      SKERRY_MASTER_KEY: "new:tooshort",
      DATABASE_URL: "mysql://app:hunter2@db/app",
      SMTP_URL: "http://me:hunter5@mail.example",
    };
    expect(catchError(() => readConfig(env)).message).not.toMatch(/short-secret|tooshort|hunter/);
  });
});

describe("listConfig", () => {
  test("masks keys and all places a password can stand", () => {
    const rows = listConfig({
      SKERRY_ADMIN_KEY: "operator-key-0123456789",
      SKERRY_API_KEY: "hunter6",
      SKERRY_MASTER_KEY: `new:${"masterkey".padEnd(43, "A")}=`,
      SKERRY_OIDC_CLIENT_SECRET: "hunter4",
      DATABASE_URL: "postgres://app:hunter2@db/app?password=hunter3",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://node:hunter4@collector:4318",
      SMTP_URL: "smtp://me:hunter5@mail.example",
    });
    expect(JSON.stringify(rows)).not.toMatch(/operator-key|masterkey|hunter/);
    expect(rows.find(({ name }) => name === "DATABASE_URL")).toMatchObject({ source: "environment" });
    expect(rows.find(({ name }) => name === "PORT")).toMatchObject({ value: "3000", source: "default" });
  });

  test("documents every variable", () => {
    expect(listConfig({}).every(({ help }) => help.length > 10)).toBe(true);
  });
});

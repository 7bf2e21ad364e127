import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Blob as GuestBlob, File as GuestFile } from "./blob.ts";
import { FormData as GuestFormData } from "./form-data.ts";
import { encodeMultipart } from "./multipart.ts";
import { Request as GuestRequest } from "./request.ts";

type Parts = Iterable<unknown>;
type AnyBlob = Blob | GuestBlob;
interface Platform {
  readonly Blob: new (parts?: never, options?: never) => AnyBlob;
  readonly File: new (parts: never, name: never, options?: never) => File | GuestFile;
  readonly FormData: new () => FormData | GuestFormData;
}

const GUEST = { Blob: GuestBlob, File: GuestFile, FormData: GuestFormData } as unknown as Platform;
const NODE = { Blob, File, FormData } as unknown as Platform;

describe("Blob and File", () => {
  test.for<[string, (platform: Platform) => unknown]>([
    ["nothing", ({ Blob }) => new Blob()],
    ["parts of all kinds", ({ Blob }) => new Blob([...PARTS, new Blob(["x"] as never)] as never)],
    ["a set", ({ Blob }) => new Blob(new Set(["a", "b"]) as never)],
    ["a text instead of a list", ({ Blob }) => new Blob("ab" as never)],
    ["an object instead of a list", ({ Blob }) => new Blob({} as never)],
    ["a type", ({ Blob }) => new Blob([] as never, { type: "Text/HTML; Charset=X" } as never)],
    ["a type of other characters", ({ Blob }) => new Blob([] as never, { type: "té" } as never)],
    ["a file", ({ File }) => new File(PARTS as never, "a/b" as never, { lastModified: 5 } as never)],
    [
      "a file of odd times",
      ({ File }) => new File([] as never, "a" as never, { lastModified: NaN } as never),
    ],
    ["a file without a name", ({ File }) => Reflect.construct(File, [[]]) as File],
    ...SLICES().map(([from, to]): [string, (platform: Platform) => unknown] => [
      `a slice from ${from} to ${to}`,
      ({ Blob }) => new Blob(["0123456789"] as never).slice(from, to, "A/B"),
    ]),
  ])("made of %s is what it is in Node", async ([, make]) => {
    expect(await describeBlob(() => make(GUEST))).toEqual(await describeBlob(() => make(NODE)));
  });

  test("what was read or put in can be changed without changing the blob", async () => {
    const bytes = Uint8Array.of(1, 2);
    const blob = new GuestBlob([bytes]);
    bytes[0] = 9;
    (await blob.bytes())[0] = 9;
    for await (const chunk of blob.stream()) (chunk as Uint8Array)[0] = 9;
    expect([...(await blob.bytes())]).toEqual([1, 2]);
  });
});

describe("FormData", () => {
  test("fields and files are kept as in Node", async () => {
    const describeForm = async ({ Blob, File, FormData: Form }: Platform): Promise<unknown> => {
      const form = new Form() as FormData;
      form.append("a", "1");
      form.append("a", new Blob(["x"] as never, { type: "text/x" } as never) as Blob);
      form.append("a", new Blob(["y"] as never) as Blob, "y.bin");
      form.set("b", new File(["z"] as never, "z.bin" as never) as File, "other");
      form.append("c\ud800", "\udc00");
      const file = new File(["z"] as never, "kept" as never) as File;
      form.append("d", file);
      const refusal = await describeError(() => form.append("e", "text" as never, "name"));
      const entries = await Promise.all(
        [...form].map(async ([name, value]) => [
          name,
          typeof value === "string" ? value : [value.name, value.type, await value.text()],
        ]),
      );
      return [entries, refusal, form.get("d") === file];
    };
    expect(await describeForm(GUEST)).toEqual(await describeForm(NODE));
  });
});

const NAMES = fc.string({ unit: fc.constantFrom('"', "\r", "\n", "%", "2", "a", "ü", ";", "=", "\\") });
/** Of a file without a name Node makes a text. */
const FILE_NAMES = NAMES.map((name) => `f${name}`);
const TEXTS = fc.string({ unit: fc.constantFrom("\r", "\n", "-", "a", "ü", "\0") });
const FIELDS = fc.array(
  fc.tuple(
    NAMES,
    fc.oneof(
      TEXTS,
      fc.tuple(fc.uint8Array(), FILE_NAMES, fc.constantFrom("", "image/png", "text/plain; a=b")),
    ),
  ),
  { maxLength: 5 },
);

describe("multipart/form-data", () => {
  test("what a guest writes, Node reads, and the other way round", async () => {
    await fc.assert(
      fc.asyncProperty(FIELDS, async (fields) => {
        const guest = fillForm(GUEST, fields);
        const node = fillForm(NODE, fields);
        const { data, contentType } = encodeMultipart(guest as GuestFormData, "by-chance");
        const headers = { "content-type": contentType };
        const read = await new Response(data as BodyInit, { headers }).formData();
        const expected = await listFields(await new Response(node as FormData).formData());
        expect(await listFields(read)).toEqual(expected);

        const written = new Response(node as FormData);
        const received = new GuestRequest("https://a.test/", {
          method: "POST",
          headers: { "content-type": written.headers.get("content-type") },
          body: await written.bytes(),
        });
        expect(await listFields(await received.formData())).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ["no boundary", "multipart/form-data", "--x--\r\n"],
    ["a boundary that is too long", `multipart/form-data; boundary=${"x".repeat(71)}`, "--x--\r\n"],
    ["another boundary", "multipart/form-data; boundary=y", "--x--\r\n"],
    ["nothing", "multipart/form-data; boundary=x", ""],
    ["no end", "multipart/form-data; boundary=x", '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb'],
    ["no end of its headers", "multipart/form-data; boundary=x", "--x\r\ncontent-disposition: form-data"],
    ["a part without a name", "multipart/form-data; boundary=x", "--x\r\n\r\nb\r\n--x--"],
    [
      "an open quote",
      "multipart/form-data; boundary=x",
      '--x\r\ncontent-disposition: form-data; name="a\r\n\r\nb\r\n--x--',
    ],
    ["a line that goes on", "multipart/form-data; boundary=x", "--xy\r\n"],
  ])("a body with %s is a TypeError", async (_what, type, body) => {
    const headers = { "content-type": type };
    const request = new GuestRequest("https://a.test/", { method: "POST", headers, body });
    await expect(request.formData()).rejects.toThrow(/^The body is not multipart\/form-data: it /);
  });
});

const PARTS: Parts = [
  "a\r\nü\ud800",
  Uint8Array.of(1, 2).buffer,
  new DataView(new ArrayBuffer(3), 1),
  5,
  null,
];

function SLICES(): (readonly [number | undefined, number | undefined])[] {
  const ends = [undefined, 0, 3, -3, -20, 20, 2.9, NaN, Infinity, -Infinity];
  return ends.flatMap((from) => ends.map((to) => [from, to] as const));
}

async function describeBlob(make: () => unknown): Promise<unknown> {
  const error = await describeError(make);
  if (error !== undefined) return error;
  const { size, type, ...rest } = toRecord(make() as File);
  return { size, type, ...rest, bytes: [...new Uint8Array(await (make() as Blob).arrayBuffer())] };
}

function toRecord({ size, type, name, lastModified }: Partial<File>) {
  return { size, type, name, lastModified };
}

async function describeError(act: () => unknown): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return (error as Error).name;
  }
}

function fillForm(
  { File: AnyFile, FormData: Form }: Platform,
  fields: readonly (readonly [string, string | readonly [Uint8Array, string, string]])[],
): FormData | GuestFormData {
  const form = new Form() as FormData;
  for (const [name, value] of fields) {
    if (typeof value === "string") form.append(name, value);
    else {
      const [bytes, fileName, type] = value;
      form.append(name, new AnyFile([bytes] as never, fileName as never, { type } as never) as File);
    }
  }
  return form;
}

async function listFields(form: FormData | GuestFormData): Promise<unknown> {
  return await Promise.all(
    [...(form as FormData)].map(async ([name, value]) =>
      typeof value === "string" ? [name, value] : [name, value.name, value.type, [...(await value.bytes())]],
    ),
  );
}

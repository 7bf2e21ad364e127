import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareWithGolden, writeGolden } from "./golden-images.ts";

const WIDTH = 160;
const HEIGHT = 80;

function draw(
  colorAt: (x: number, y: number) => readonly [number, number, number],
  width = WIDTH,
): Uint8Array {
  const data = new Uint8Array(width * HEIGHT * 3);
  for (let at = 0; at < width * HEIGHT; at++) data.set(colorAt(at % width, Math.floor(at / width)), at * 3);
  return encode({ width, height: HEIGHT, data, channels: 3, depth: 8 });
}

const TILE_PX = 16;
const shaded = (x: number, y: number) => [x - (x % TILE_PX), y - (y % TILE_PX), 200] as const;

let folder: string;
let golden: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "skerry-golden-"));
  golden = join(folder, "golden.png");
  await writeGolden(golden, draw(shaded));
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ["the same picture", draw(shaded), 0],
  [
    "one with a few other pixels",
    draw((x, y) => (x % 20 === 3 && y % 20 === 3 ? [0, 0, 0] : shaded(x, y))),
    0,
  ],
  ["one of which a quarter is gone", draw((x, y) => (x < WIDTH / 4 ? [255, 255, 255] : shaded(x, y))), 0.25],
  ["the same in other colours", draw((x, y) => [x, y, 100]), 1],
  ["one of another size", draw(shaded, WIDTH / 2), 1],
])("%s", async (_, picture, share) => {
  expect(await compareWithGolden(golden, picture)).toBeCloseTo(share);
});

test("a picture that nobody kept", async () => {
  expect(await compareWithGolden(join(folder, "none.png"), draw(shaded))).toBeUndefined();
});

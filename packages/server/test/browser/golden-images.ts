import { readFile, writeFile } from "node:fs/promises";
import { decode, encode } from "fast-png";

/** Shades of one hue and the text's edges; what is rarer becomes the nearest of them. */
const MAX_COLORS = 40;

/** Pictures are compared by the mean colour of blocks this wide, which moves little with the figures in them. */
const BLOCK_PX = 8;
/** Of 255: how far a block may be off and still count as equal. */
const CHANNEL_TOLERANCE = 20;

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Keeps a screenshot as PNG with a palette, which takes a quarter of the bytes. */
export async function writeGolden(path: string, screenshot: Uint8Array): Promise<void> {
  const picture = readPicture(screenshot);
  const { width, height } = picture;
  const { palette, indexes } = quantize(picture);
  const image = { width, height, data: indexes, depth: 8, channels: 1, palette } as const;
  await writeFile(path, encode(image, { zlib: { level: 9 } }));
}

/** @returns which share of the picture looks otherwise, from 0 to 1; undefined where there is no golden one. */
export async function compareWithGolden(path: string, screenshot: Uint8Array): Promise<number | undefined> {
  const golden = await readFile(path).catch(() => undefined);
  return golden && shareOfDifference(readPicture(golden), readPicture(screenshot));
}

function readPicture(png: Uint8Array): Picture {
  const { width, height, channels, depth, data, palette } = decode(png);
  if (depth !== 8 || !(data instanceof Uint8Array))
    throw new Error(`a PNG of depth ${depth} is not expected`);
  return palette === undefined
    ? { width, height, channels, data }
    : { width, height, channels: 3, data: spread(data, palette) };
}

function spread(indexes: Uint8Array, palette: readonly number[][]): Uint8Array {
  const colors = Uint8Array.from(palette.flatMap((color) => color.slice(0, 3)));
  const data = new Uint8Array(indexes.length * 3);
  for (let at = 0; at < data.length; at += 3) {
    const color = (indexes[at / 3] ?? 0) * 3;
    for (let channel = 0; channel < 3; channel++) data[at + channel] = colors[color + channel] ?? 0;
  }
  return data;
}

function quantize({ data, channels }: Picture): { palette: number[][]; indexes: Uint8Array } {
  const counts = new Map<number, number>();
  const colors = new Uint32Array(data.length / channels);
  for (let at = 0; at < colors.length; at++) {
    const start = at * channels;
    const color = ((data[start] ?? 0) << 16) | ((data[start + 1] ?? 0) << 8) | (data[start + 2] ?? 0);
    colors[at] = color;
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const byCount = [...counts].toSorted(([, a], [, b]) => b - a).map(([color]) => color);
  const palette = byCount.slice(0, MAX_COLORS).map(channelsOf);
  const places = new Map(byCount.map((color) => [color, nearest(palette, channelsOf(color))]));
  return { palette, indexes: Uint8Array.from(colors, (color) => places.get(color) ?? 0) };
}

function channelsOf(color: number): number[] {
  return [color >> 16, (color >> 8) & 255, color & 255];
}

function nearest(palette: readonly number[][], color: readonly number[]): number {
  const distances = palette.map((each) =>
    each.reduce((sum, value, index) => sum + (value - (color[index] ?? 0)) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}

function shareOfDifference(one: Picture, other: Picture): number {
  if (one.width !== other.width || one.height !== other.height) return 1;
  const [blocks, otherBlocks] = [meanBlocks(one), meanBlocks(other)];
  let different = 0;
  for (let at = 0; at < blocks.length; at += 3) {
    const isOff = [0, 1, 2].some(
      (channel) =>
        Math.abs((blocks[at + channel] ?? 0) - (otherBlocks[at + channel] ?? 0)) > CHANNEL_TOLERANCE,
    );
    if (isOff) different++;
  }
  return different / (blocks.length / 3);
}

/** Red, green and blue of each block; what is left over at the edges is left out. */
function meanBlocks({ width, height, channels, data }: Picture): Float64Array {
  const columns = Math.floor(width / BLOCK_PX);
  const rows = Math.floor(height / BLOCK_PX);
  const means = new Float64Array(columns * rows * 3);
  for (let y = 0; y < rows * BLOCK_PX; y++) {
    const row = Math.floor(y / BLOCK_PX) * columns;
    for (let x = 0; x < columns * BLOCK_PX; x++) {
      const block = (row + Math.floor(x / BLOCK_PX)) * 3;
      const pixel = (y * width + x) * channels;
      for (let channel = 0; channel < 3; channel++) {
        means[block + channel] = (means[block + channel] ?? 0) + (data[pixel + channel] ?? 0) / BLOCK_PX ** 2;
      }
    }
  }
  return means;
}

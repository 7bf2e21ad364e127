/** What eight tenants do at once, each up to its limits: bodies of scripts by what they exhaust. */
export const ATTACKS = {
  "spins in script": "for (;;) {}",
  // V8 does not look at its timer in here: the process has to be killed.
  "spins in native code": "for (let exponent = 40_000_000n; ; exponent *= 2n) 3n ** exponent",
  "fills its heap": "const kept = []; for (;;) kept.push(new Array(1_000).fill(kept.length))",
  "fills buffers": "const kept = []; for (;;) kept.push(new Uint8Array(1_000_000).fill(1))",
  "floods calls":
    "for (;;) await Promise.all(Array.from({ length: 64 }, (_, index) => ctx.call('echo', index)))",
  "floods large calls": "const text = 'x'.repeat(900_000); for (;;) await ctx.call('echo', text)",
  "floods logs": "for (let line = 0; line < 5_000; line++) console.info('line ' + line)",
  "floods output": "return 'x'.repeat(4_000_000)",
} as const;

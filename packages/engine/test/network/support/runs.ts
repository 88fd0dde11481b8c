/** How many times as long as usual the random tests take: `npm run fuzz` sets it. */
export const RUNS = Number(process.env['FUZZ_FACTOR'] ?? 1);

/**
 * Flags of Node for the server. A young generation of 8 MB instead of what Node takes on a large machine:
 * 180 MB resident when idle instead of 274 (bench/RESULTS.md).
 */
export const serverFlags = ['--max-semi-space-size=8'];

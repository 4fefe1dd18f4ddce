/** Cases of each property: few while one works, many in the long run (`npm run property -- --runs 100000`). */
export const propertyRuns = (
  usual = 300,
): { readonly numRuns: number; readonly includeErrorInReport: true } => ({
  numRuns: Number(process.env['WM_PROPERTY_RUNS'] ?? usual),
  // What failed, beside the case that made it fail.
  includeErrorInReport: true,
});

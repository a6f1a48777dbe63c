/**
 * How likely counts are to stray at least this far from what was expected, by Pearson's chi-square: near 0
 * means that they were not drawn so. Expectations of less than 5 are put together.
 */
export function chiSquareP(observed: readonly number[], expected: readonly number[]): number {
  const bins: { seen: number; due: number }[] = [];
  const rare = { seen: 0, due: 0 };
  observed.forEach((seen, at) => {
    const due = expected[at]!;
    if (due >= 5) bins.push({ seen, due });
    else {
      rare.seen += seen;
      rare.due += due;
    }
  });
  if (rare.due >= 5) bins.push({ ...rare });
  else if (rare.due === 0 && rare.seen > 0) return 0;
  const statistic = bins.reduce((sum, { seen, due }) => sum + (seen - due) ** 2 / due, 0);
  return upperGamma((bins.length - 1) / 2, statistic / 2);
}

/** The regularised upper incomplete gamma function, by its series below a + 1 and its continued fraction above. */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const scale = Math.exp(-x + a * Math.log(x) - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-15; n++) sum += term *= x / (a + n);
    return 1 - sum * scale;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 10_000; n++) {
    const factor = -n * (n - a);
    b += 2;
    d = 1 / (factor * d + b);
    c = b + factor / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return fraction * scale;
}

/** Stirling's series, after shifting to where it is exact to double precision. */
function logGamma(value: number): number {
  let x = value;
  let shift = 0;
  for (; x < 10; x++) shift -= Math.log(x);
  const series = 1 / 12 / x - 1 / 360 / x ** 3 + 1 / 1260 / x ** 5 - 1 / 1680 / x ** 7;
  return shift + (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series;
}

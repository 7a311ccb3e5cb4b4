// The quantile function of the standard normal distribution, with the same bits in every engine.

/**
 * The x above which a standard normal variable lies with the given probability, to about 16 digits.
 *
 * ECMAScript leaves `Math.log` to the engine; IEEE 754 fixes + - * / and the square root to the last bit. So the logarithm
 * that the tail needs is computed from these alone.
 *
 * Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988).
 *
 * @param tail The probability, above 2^-1022 and up to 0.5.
 */
export function normalQuantile(tail: number): number {
  const q = 0.5 - tail
  if (q <= 0.425) {
    const r = 0.180625 - q * q
    const above =
      ((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) * r +
        13731.69376550946) *
        r +
        1971.5909503065513) *
        r +
        133.14166789178438) *
        r +
      3.3871328727963665
    const below =
      ((((((5226.495278852854 * r + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) *
        r +
        5394.196021424751) *
        r +
        687.1870074920579) *
        r +
        42.31333070160091) *
        r +
      1
    return (q * above) / below
  }

  // ln p = ln m - k ln 2 with m within a factor sqrt(2) of 1, and ln m = 2 artanh((m - 1) / (m + 1)) as its series.
  let m = tail
  let k = 0
  for (; m < 2 ** -16; m *= 65536) k += 16
  for (; m < Math.SQRT1_2; m *= 2) k++
  const s = (m - 1) / (m + 1)
  const z = s * s
  let series = 1 / 25
  for (let odd = 23; odd > 0; odd -= 2) series = series * z + 1 / odd
  let r = Math.sqrt(k * Math.LN2 - 2 * s * series)

  if (r <= 5) {
    r -= 1.6
    const above =
      ((((((0.0007745450142783414 * r + 0.022723844989269184) * r + 0.2417807251774506) * r +
        1.2704582524523684) *
        r +
        3.6478483247632045) *
        r +
        5.769497221460691) *
        r +
        4.630337846156546) *
        r +
      1.4234371107496835
    const below =
      ((((((1.0507500716444169e-9 * r + 0.0005475938084995345) * r + 0.015198666563616457) * r +
        0.14810397642748008) *
        r +
        0.6897673349851) *
        r +
        1.6763848301838038) *
        r +
        2.053191626637759) *
        r +
      1
    return above / below
  }
  r -= 5
  const above =
    ((((((2.0103343992922881e-7 * r + 0.000027115555687434876) * r + 0.0012426609473880784) * r +
      0.026532189526576124) *
      r +
      0.29656057182850487) *
      r +
      1.7848265399172913) *
      r +
      5.463784911164114) *
      r +
    6.657904643501103
  const below =
    ((((((2.0442631033899397e-15 * r + 1.421511758316446e-7) * r + 0.000018463183175100548) * r +
      0.0007868691311456133) *
      r +
      0.014875361290850615) *
      r +
      0.1369298809227358) *
      r +
      0.599832206555888) *
      r +
    1
  return above / below
}

/** Python's complex: what a negative number to a fractional power gives. */
import { PyError } from './errors.ts';
import { floatText } from './float-text.ts';
import { PyFloat, PyObject, type Value } from './values.ts';

export class PyComplex extends PyObject {
  readonly typeName = 'complex';
  readonly real: number;
  readonly imaginary: number;

  constructor(real: number, imaginary: number) {
    super();
    this.real = real;
    this.imaginary = imaginary;
  }

  getAttribute(name: string): Value | undefined {
    return name === 'real'
      ? new PyFloat(this.real)
      : name === 'imag'
        ? new PyFloat(this.imaginary)
        : undefined;
  }

  /** The size, as `abs` gives it. */
  size(): number {
    return Math.hypot(this.real, this.imaginary);
  }

  negative(): PyComplex {
    return new PyComplex(-this.real, -this.imaginary);
  }

  isZero(): boolean {
    return this.real === 0 && this.imaginary === 0;
  }

  /** Undefined for `//` and `%`, which complex numbers don't have. */
  apply(operator: string, other: PyComplex): PyComplex | undefined {
    switch (operator) {
      case '+':
        return new PyComplex(this.real + other.real, this.imaginary + other.imaginary);
      case '-':
        return new PyComplex(this.real - other.real, this.imaginary - other.imaginary);
      case '*':
        return new PyComplex(
          this.real * other.real - this.imaginary * other.imaginary,
          this.real * other.imaginary + this.imaginary * other.real,
        );
      case '/':
        return this.divide(other);
      case '**':
        return this.power(other);
    }
    return undefined;
  }

  /** By the larger part of the divisor, so that nothing overflows on the way. */
  private divide(by: PyComplex): PyComplex {
    if (by.isZero()) throw new PyError('ZeroDivisionError', 'complex division by zero');
    if (Math.abs(by.real) >= Math.abs(by.imaginary)) {
      const ratio = by.imaginary / by.real;
      const denominator = by.real + by.imaginary * ratio;
      return new PyComplex(
        (this.real + this.imaginary * ratio) / denominator,
        (this.imaginary - this.real * ratio) / denominator,
      );
    }
    const ratio = by.real / by.imaginary;
    const denominator = by.real * ratio + by.imaginary;
    return new PyComplex(
      (this.real * ratio + this.imaginary) / denominator,
      (this.imaginary * ratio - this.real) / denominator,
    );
  }

  power(by: PyComplex): PyComplex {
    if (by.isZero()) return new PyComplex(1, 0);
    if (this.isZero()) {
      if (by.imaginary !== 0 || by.real < 0) {
        throw new PyError('ZeroDivisionError', '0.0 to a negative or complex power');
      }
      return new PyComplex(0, 0);
    }
    if (by.imaginary === 0 && Number.isInteger(by.real) && Math.abs(by.real) <= 100 && this.imaginary !== 0) {
      return this.wholePower(by.real);
    }
    const size = this.size();
    const angle = Math.atan2(this.imaginary, this.real);
    let length = size ** by.real;
    let phase = angle * by.real;
    if (by.imaginary !== 0) {
      length /= Math.exp(angle * by.imaginary);
      phase += by.imaginary * Math.log(size);
    }
    return new PyComplex(length * Math.cos(phase), length * Math.sin(phase));
  }

  private wholePower(count: number): PyComplex {
    let result = new PyComplex(1, 0);
    let factor: PyComplex = this;
    for (let left = Math.abs(count); left > 0; left = Math.floor(left / 2)) {
      if (left % 2 === 1) result = result.apply('*', factor)!;
      factor = factor.apply('*', factor)!;
    }
    return count >= 0 ? result : new PyComplex(1, 0).divide(result);
  }

  override print(): string {
    const short = (value: number) => floatText(value).replace(/\.0$/, '');
    const imaginary = short(this.imaginary);
    if (Object.is(this.real, 0)) return `${imaginary}j`;
    return `(${short(this.real)}${imaginary.startsWith('-') ? '' : '+'}${imaginary}j)`;
  }
}

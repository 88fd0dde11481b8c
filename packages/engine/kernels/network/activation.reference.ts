/** What follows an operator, value by value. */
export function activate(value: number, activation: string): number {
  switch (activation) {
    case 'none':
      return value;
    case 'relu':
      return Math.max(0, value);
    case 'relu6':
      return Math.min(6, Math.max(0, value));
    case 'hard-swish':
      return (value * Math.min(6, Math.max(0, value + 3))) / 6;
    case 'sigmoid':
      return 1 / (1 + Math.exp(-value));
    default:
      throw new RangeError(`There is no activation ${activation}.`);
  }
}

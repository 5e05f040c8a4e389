import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculator } from '../../src/tools/calculator.ts';
import { aToolbox, said, use } from './run.ts';

const { toolbox } = aToolbox(calculator());
const compute = async (expression: string) =>
  said(await use(toolbox, { name: 'calculator', input: { expression } }));

describe('The calculator', () => {
  it.each([
    ['12*7', '84'],
    ['12 × 7 =?', '84'],
    ['0.1 + 0.2', '0.3'],
    ['1/8', '0.125'],
    ['-2^2', '-4'],
    ['2^3^2', '512'],
    ['2^-1', '0.5'],
    ['7 - 4 - 2', '1'],
    ['(1 + 2) * -3', '-9'],
    ['2^100', '1267650600228229401496703205376'],
    ['25!/23!', '600'],
    ['3² + √16', '13'],
    ['2**10', '1024'],
    ['0xff + 0b11', '258'],
    ['1_000 * 2', '2000'],
    ['1.5e3', '1500'],
    ['2/3 - 2/3', '0'],
    ['sqrt(16/25)', '0.8'],
    ['4^0.5', '2'],
    ['max(1, 7/2, 3)', '3.5'],
    ['mean(1, 2, 6)', '3'],
    ['median(3, 1, 2, 10)', '2.5'],
    ['gcd(84, 36) + lcm(4, 6)', '24'],
    ['ncr(52, 5)', '2598960'],
    ['npr(5, 2)', '20'],
    ['floor(-7/2)', '-4'],
    ['trunc(-7/2)', '-3'],
    ['ceil(7/2)', '4'],
    ['round(2.5)', '3'],
    ['round(-1234.567, 2)', '-1234.57'],
    ['abs(-3) + sign(-9)', '2'],
  ])('computes %s exactly: %s', async (expression, result) => {
    expect(await compute(expression)).toBe(result);
  });

  it.each([
    ['200 + 10%', '220'],
    ['200 - 10%', '180'],
    ['20% of 50', '10'],
    ['200 * 10%', '20'],
    ['10 % 3', '1'],
    ['-7 mod 3', '2'],
  ])(
    'reads percentages and remainders as people mean them: %s is %s',
    async (expression, result) => {
      expect(await compute(expression)).toBe(result);
    },
  );

  it.each([
    ['1/3', '≈ 0.33333333333333333333 (exactly 1/3)'],
    ['-100/7', '≈ -14.285714285714285714 (exactly -100/7)'],
    ['sqrt(2)', '≈ 1.4142135623731'],
    ['sin(30°)', '≈ 0.5'],
    ['sin(pi)', '≈ 0'],
    ['cos(pi)', '≈ -1'],
    ['ln(e)', '≈ 1'],
    ['log(8, 2)', '≈ 3'],
    ['hypot(3, 4) * pi', '≈ 15.707963267949'],
    ['1.0000000001^1000', '≈ 1.00000010000001'],
  ])('marks the result of %s as rounded: %s', async (expression, result) => {
    expect(await compute(expression)).toBe(result);
  });

  it.each([
    ['1/0', 'Division by zero.'],
    ['0^-1', 'Division by zero.'],
    ['5 mod 0', 'Division by zero.'],
    ['ln(0)', 'Only positive numbers have a logarithm.'],
    ['sqrt(-1)', 'A negative number has no real square root.'],
    ['(-8)^(1/3)', 'There is no real number that answers this.'],
    ['2.5!', 'factorial needs whole numbers.'],
    ['log(100)', 'log takes 2 arguments, got 1. Say ln(x), log10(x), log2(x) or log(x, base).'],
    ['sin', 'There is no constant "sin". "sin" is a function: write sin(…).'],
    ['constructor', 'There is no constant "constructor".'],
    ['toString()', 'There is no function "tostring".'],
    ['process.exit()', 'Unexpected "." at character 8.'],
    ['2(3)', 'An operator is missing before "(" at character 2 (write * to multiply).'],
    ['3 + ', 'The expression ends too early.'],
    ['3 + * 4', 'Unexpected "*" at character 5.'],
    ['(1 + 2', 'What opens at character 1 is not closed with ")".'],
    ['1)', 'Unexpected ")" at character 2.'],
    ['max(1,', 'The expression ends too early.'],
    ['1,234 * 2', 'The comma at character 2 separates nothing: write 1234567, not 1,234,567.'],
    ['   ', 'The expression ends too early.'],
  ])('says what is wrong with %j', async (expression, message) => {
    expect(await compute(expression)).toContain(`invalid_input: ${message}`);
  });

  it.each([
    ['a tower of powers', '9^9^9^9', 'The result is too large'],
    ['a power of a fraction', '(3/2)^(10^900)', 'The result is too large'],
    ['a vanishing power', '(1/3)^100000', 'The result is too small'],
    ['a long exponent', '1e999999999', 'Numbers may have 1000 digits'],
    ['a huge factorial', '(10^900)!', 'The result is too large'],
    ['a factorial of factorials', `3${'!'.repeat(900)}`, 'The result is too large'],
    ['a huge choice', 'ncr(10^600, 10^500)', 'The result is too large'],
    ['deep parentheses', `${'('.repeat(499)}1${')'.repeat(499)}`, 'Nested too deeply'],
    ['many signs', `${'-'.repeat(999)}1`, 'Nested too deeply'],
    ['deep calls', `${'abs('.repeat(200)}1`, 'Nested too deeply'],
    ['a million characters', '1+'.repeat(500_000), 'expected at most 1000 characters'],
  ])('refuses %s at once', async (_, expression, message) => {
    const startedAt = performance.now();
    expect(await compute(expression)).toContain(message);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  it.each([
    ['choices', 'ncr(3300,1650)+'.repeat(66)],
    ['factorials', '400!+'.repeat(199)],
    ['common divisors', 'gcd(9^1000,7^1000)+'.repeat(52)],
    ['long fractions', '(9^999-1)/(7^999+3)+'.repeat(49)],
  ])('stays quick however many %s fill its longest expression', async (_, expression) => {
    const startedAt = performance.now();
    expect(await compute(`${expression}1`)).not.toContain('invalid_input');
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  it('agrees with BigInt on every sum of whole numbers', async () => {
    const numbers = fc.bigInt({ min: -(10n ** 50n), max: 10n ** 50n });
    await fc.assert(
      fc.asyncProperty(numbers, numbers, numbers, async (a, b, c) => {
        expect(await compute(`(${a}) * (${b}) - (${c})`)).toBe(String(a * b - c));
      }),
    );
  });

  it('answers any text with a value and never breaks', async () => {
    const part = fc.constantFrom(...'0123456789.+-*/^%!(),e ', 'pi', 'sqrt(', 'max(', 'mod', '²');
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 40 }), async (parts) => {
        expect(await compute(parts.join(''))).not.toContain('tool_bug');
      }),
      { numRuns: 500 },
    );
  });
});

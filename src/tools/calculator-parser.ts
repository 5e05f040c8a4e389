import { CalculationError, MAX_DIGITS, type Num, ratio, whole } from './calculator-number.ts';

export type Operator = '+' | '-' | '*' | '/' | '^' | 'mod';

/** What was written, as a tree. */
export type Expression =
  | { readonly kind: 'number'; readonly value: Num }
  | { readonly kind: 'constant'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'negation' | 'percent' | 'factorial'; readonly of: Expression }
  | {
      readonly kind: 'operation';
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    };

/** Reads an expression. Throws `CalculationError` with the place and the remedy when it cannot. */
export function parseExpression(text: string): Expression {
  const reader = new Reader(tokenize(text));
  const expression = reader.read(0);
  reader.end();
  return expression;
}

interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  /** Counted from 1, as people do. */
  readonly at: number;
}

const TOKEN =
  /\s*(?:(?<number>0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)|(?<name>[\p{L}][\p{L}\d]*)|(?<sign>\*\*|[-+*/^%!(),×·÷−√²³°]))/uy;

/** Other ways to write the same sign. */
const SAME: ReadonlyMap<string, string> = new Map([
  ['**', '^'],
  ['×', '*'],
  ['·', '*'],
  ['÷', '/'],
  ['−', '-'],
  ['of', '*'],
]);

function tokenize(source: string): readonly Token[] {
  // People end a sum with "=" or "?"; it changes nothing.
  const text = source.replace(/[\s=?]+$/u, '');
  const tokens: Token[] = [];
  let offset = 0;
  while (offset < text.length) {
    TOKEN.lastIndex = offset;
    const groups = TOKEN.exec(text)?.groups;
    if (!groups) throw unexpected(text.slice(offset).trim().slice(0, 1), offset + 1);
    offset = TOKEN.lastIndex;
    tokens.push(tokenOf(groups, offset));
  }
  return [...tokens, { kind: 'end', text: '', at: text.length + 1 }];
}

function tokenOf(groups: Record<string, string>, end: number): Token {
  const { number, name, sign } = groups;
  if (number !== undefined) return { kind: 'number', text: number, at: end - number.length + 1 };
  const word = (name ?? sign ?? '').toLowerCase();
  const at = end - word.length + 1;
  const text = SAME.get(word) ?? word;
  const isSign = name === undefined || text === '*' || text === 'mod';
  return { kind: isSign ? 'sign' : 'name', text, at };
}

/** How tightly a sign binds what stands before it; the right operand of `^` binds one less: 2^3^2 is 2^9. */
const BINDING: Readonly<Record<Operator, { readonly left: number; readonly right: number }>> = {
  '+': { left: 10, right: 11 },
  '-': { left: 10, right: 11 },
  '*': { left: 20, right: 21 },
  '/': { left: 20, right: 21 },
  mod: { left: 20, right: 21 },
  '^': { left: 40, right: 39 },
};
/** Looser than `^`, tighter than `*`: -2^2 is -4. */
const NEGATION_BINDS = 30;
const ROOT_BINDS = 45;
const MAX_DEPTH = 100;

class Reader {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Reads on as long as what follows binds at least as tightly as `binding`. */
  read(binding: number): Expression {
    if (++this.#depth > MAX_DEPTH) {
      throw new CalculationError(`Nested too deeply: at most ${MAX_DEPTH} levels.`);
    }
    let left = this.#operand();
    for (;;) {
      const extended = this.#postfix(left) ?? this.#infix(left, binding);
      if (!extended) break;
      left = extended;
    }
    this.#depth--;
    return left;
  }

  end(): void {
    const token = this.#peek();
    if (token.kind === 'end') return;
    if (token.text === ',') {
      throw new CalculationError(
        `The comma at character ${token.at} separates nothing: write 1234567, not 1,234,567.`,
      );
    }
    if (token.kind === 'sign' && token.text !== '(') throw unexpected(token.text, token.at);
    throw new CalculationError(
      `An operator is missing before "${token.text.slice(0, 20)}" at character ${token.at} (write * to multiply).`,
    );
  }

  #operand(): Expression {
    const token = this.#take();
    if (token.kind === 'number') return { kind: 'number', value: numberOf(token.text) };
    if (token.kind === 'name') return this.#named(token);
    if (token.text === '-') return { kind: 'negation', of: this.read(NEGATION_BINDS) };
    if (token.text === '+') return this.read(NEGATION_BINDS);
    if (token.text === '√') return { kind: 'call', name: 'sqrt', args: [this.read(ROOT_BINDS)] };
    if (token.text !== '(') throw unexpected(token.text, token.at);
    const inner = this.read(0);
    this.#expect(')', token.at);
    return inner;
  }

  #named({ text: name, at }: Token): Expression {
    if (this.#peek().text !== '(') return { kind: 'constant', name };
    this.#take();
    const args: Expression[] = [];
    while (this.#peek().text !== ')') {
      args.push(this.read(0));
      if (this.#peek().text !== ',') break;
      this.#take();
    }
    this.#expect(')', at);
    return { kind: 'call', name, args };
  }

  #postfix(of: Expression): Expression | undefined {
    const { text } = this.#peek();
    if (text === '%' && !this.#startsOperand(1)) return this.#after({ kind: 'percent', of });
    if (text === '!') return this.#after({ kind: 'factorial', of });
    if (text === '²' || text === '³') {
      const right: Expression = { kind: 'number', value: whole(text === '²' ? 2n : 3n) };
      return this.#after({ kind: 'operation', operator: '^', left: of, right });
    }
    return text === '°' ? this.#after({ kind: 'call', name: 'radians', args: [of] }) : undefined;
  }

  #after(expression: Expression): Expression {
    this.#take();
    return expression;
  }

  #infix(left: Expression, binding: number): Expression | undefined {
    const { text } = this.#peek();
    const operator = operatorOf(text);
    if (!operator || BINDING[operator].left < binding) return undefined;
    this.#take();
    return { kind: 'operation', operator, left, right: this.read(BINDING[operator].right) };
  }

  /** After "7 %", a number, a name or a parenthesis makes it a remainder; anything else a percentage. */
  #startsOperand(ahead: number): boolean {
    const token = this.#tokens[this.#next + ahead];
    return token?.kind === 'number' || token?.kind === 'name' || token?.text === '(';
  }

  #expect(sign: string, openedAt: number): void {
    const token = this.#take();
    if (token.text === sign) return;
    if (token.kind !== 'end') throw unexpected(token.text, token.at);
    throw new CalculationError(`What opens at character ${openedAt} is not closed with "${sign}".`);
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }
}

function operatorOf(text: string): Operator | undefined {
  switch (text) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '^':
    case 'mod':
      return text;
    case '%':
      return 'mod';
    default:
      return undefined;
  }
}

function unexpected(text: string, at: number): CalculationError {
  if (text === '') return new CalculationError('The expression ends too early.');
  return new CalculationError(`Unexpected "${text}" at character ${at}.`);
}

function numberOf(text: string): Num {
  const digits = text.replaceAll('_', '');
  if (/^0[xbo]/iu.test(digits)) return whole(BigInt(digits));
  const [mantissa = '', exponent = '0'] = digits.toLowerCase().split('e');
  const [before = '', after = ''] = mantissa.split('.');
  const shift = Number(exponent) - after.length;
  if (Math.abs(shift) > MAX_DIGITS) {
    throw new CalculationError(`Numbers may have ${MAX_DIGITS} digits; "${text}" has more.`);
  }
  const value = BigInt(before + after);
  const scale = 10n ** BigInt(Math.abs(shift));
  return shift < 0 ? ratio(value, scale) : ratio(value * scale, 1n);
}

import type { Text } from './text.ts';

/** What can be said with a command. */
export interface OptionDefinition {
  /** The English one is what the house knows it by; the others are what people see. */
  readonly names: Text;
  readonly description: Text;
  readonly kind: 'text' | 'number';
  readonly isRequired?: boolean;
  /** Likewise. `models`: those of the house. */
  readonly choices?: readonly Text[] | 'models';
  readonly min?: number;
  readonly max?: number;
}

import { hash } from 'node:crypto';

/** A short name of a text: equal for equal texts, and for no others that anybody could find. */
export const fingerprintOf = (text: string): string => hash('sha256', text, 'base64url');

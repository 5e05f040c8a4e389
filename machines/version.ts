/**
 * Raised with every change of a machine that an older recording would not fit. Written to every run, so that
 * a replay can tell which machines it needs.
 */
export const MACHINES_VERSION = 4;

import type { Runtime } from '../../../src/runtime/runtime.ts';
import type { RuntimeOptions } from '../../../src/runtime/runtime-options.ts';
import type { Stage } from './stage.ts';

/** A bug put between the house and its witness, to see whether it is noticed. */
export interface PlantedFault {
  readonly name: string;
  /** Changes what the house is given. */
  readonly options?: (options: RuntimeOptions, stage: Stage) => RuntimeOptions;
  /** Changes how the house behaves. */
  readonly runtime?: (runtime: Runtime, stage: Stage) => Runtime;
}

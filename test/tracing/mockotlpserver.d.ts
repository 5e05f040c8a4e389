/** The package has no types of its own: the part that is used here. */
declare module '@elastic/mockotlpserver' {
  export class MockOtlpServer {
    constructor(options: {
      readonly logLevel: string;
      readonly services: readonly string[];
      readonly httpHostname: string;
      readonly httpPort: number;
      readonly onTrace: (trace: unknown) => void;
    });
    /** Known once it has started. */
    readonly httpUrl: URL;
    start(): Promise<void>;
    close(): Promise<void>;
  }
  export function normalizeTrace(trace: unknown): unknown;
}

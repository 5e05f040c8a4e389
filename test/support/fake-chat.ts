/** A message of ours as it stands in a channel. */
export interface Posted {
  readonly id: string;
  readonly channelId: string;
  readonly replyTo: string;
  readonly content: string;
  readonly nonce: string;
}

/** What somebody writes; what a test does not care about is ada in the lobby, now. */
export interface Said {
  readonly messageId: string;
  readonly channelId?: string;
  readonly userId?: string;
  readonly text?: string;
  readonly at?: number;
  readonly language?: string;
}

interface Standing {
  readonly id: string;
  readonly nonce?: string;
}

export interface ChatOptions {
  /** How long a nonce is remembered. */
  readonly windowMs: number;
  readonly now: () => number;
}

/** The channels of a fake platform: what stands in them, and what was told of it. */
export class FakeChat {
  readonly posted: Posted[] = [];
  /** Posts that were taken for ones of before, by their nonce. */
  repeated = 0;
  onLine: (text: string) => void = () => {};
  readonly #options: ChatOptions;
  readonly #lines: string[] = [];
  /** What stands in each channel, by everybody, oldest first. */
  readonly #channels = new Map<string, Standing[]>();
  readonly #nonces = new Map<string, { readonly id: string; readonly at: number }>();
  readonly #watchers = new Set<() => void>();

  constructor(options: ChatOptions) {
    this.#options = options;
  }

  say({
    messageId,
    channelId = 'lobby',
    userId = 'ada',
    text = 'Hello?',
    at,
    ...more
  }: Said): void {
    this.#channel(channelId).push({ id: messageId });
    const position = this.#lines.length + 1;
    const event = {
      position,
      messageId,
      channelId,
      userId,
      text,
      at: at ?? this.#options.now(),
      ...more,
    };
    this.write(JSON.stringify(event));
  }

  /** The line's number is its position. */
  write(text: string): void {
    this.#lines.push(text);
    this.onLine(text);
    this.happened();
  }

  linesAfter(position: number): readonly string[] {
    return this.#lines.slice(position);
  }

  page(channelId: string, { after, limit }: { after: string; limit: number }): readonly Standing[] {
    const all = this.#channel(channelId);
    const from = all.findIndex(({ id }) => id === after) + 1;
    return all.slice(from, from + limit);
  }

  /** A nonce that is remembered stands for the message that it came with. */
  post(post: Omit<Posted, 'id'>): string {
    const { windowMs, now } = this.#options;
    const known = this.#nonces.get(post.nonce);
    if (known !== undefined && now() - known.at < windowMs) {
      this.repeated += 1;
      return known.id;
    }
    const id = `ours-${this.posted.length + 1}`;
    this.#nonces.set(post.nonce, { id, at: now() });
    this.#channel(post.channelId).push({ id, nonce: post.nonce });
    this.posted.push({ id, ...post });
    this.happened();
    return id;
  }

  /** Resolves when this holds; looked at after everything that happens. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  happened(): void {
    for (const look of [...this.#watchers]) look();
  }

  #channel(channelId: string): Standing[] {
    const channel = this.#channels.get(channelId) ?? [];
    this.#channels.set(channelId, channel);
    return channel;
  }
}

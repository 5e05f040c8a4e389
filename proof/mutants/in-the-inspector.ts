import type { PlantedBug } from './planted-bug.ts';

/** What is watched and recorded: nothing is harmed, given away or taken for something else. */
export const inspectorBugs: readonly PlantedBug[] = [
  {
    name: 'texts stay in a recording without texts',
    edits: [
      {
        file: 'src/inspector/without-texts.ts',
        find: 'channelId, text: this.#text(text), at',
        put: 'channelId, text, at',
      },
    ],
    caughtBy: {
      file: 'test/inspector/replay.test.ts',
      test: 'holds nothing of what people, models, tools and prompts said',
    },
  },
  {
    name: 'recordings can be read by everybody on the machine',
    edits: [{ file: 'src/inspector/recordings.ts', find: 'mode: 0o600', put: 'mode: 0o644' }],
    caughtBy: { file: 'test/inspector/recordings.test.ts', test: 'readable for its owner only' },
  },
  {
    name: 'recordings are kept without end in memory',
    edits: [
      {
        file: 'src/inspector/recorder.ts',
        find: 'this.#ended.size <= maxEnded && this.#chars <= maxChars',
        put: 'this.#ended.size > 0',
      },
    ],
    caughtBy: {
      file: 'test/inspector/recorder.test.ts',
      test: 'lets the oldest recording go when there are too many',
    },
  },
  {
    name: 'a recorder that throws ends the run',
    edits: [
      {
        file: 'src/runtime/run-recorder.ts',
        find: 'try {\n        recorder.began(actor, snapshot);\n      } catch (error) {\n        complain(error);\n      }',
        put: 'recorder.began(actor, snapshot);',
      },
    ],
    caughtBy: {
      file: 'test/inspector/recorder.test.ts',
      test: 'a recorder that throws is told of in the log',
    },
  },
  {
    name: 'a replay takes every state for the one that was recorded',
    edits: [
      {
        file: 'src/inspector/replay.ts',
        find: 'if (then !== now) return',
        put: 'if (then === undefined) return',
      },
    ],
    caughtBy: {
      file: 'test/inspector/replay.test.ts',
      test: 'says where machines of today go otherwise',
    },
  },
  {
    name: 'a replay believes every report of a member',
    edits: [
      {
        file: 'src/inspector/replay.ts',
        find: "const misheard = step.kind === 'began' ? undefined : this.#misheard(step);",
        put: 'const misheard = undefined;',
      },
    ],
    caughtBy: {
      file: 'test/inspector/replay.test.ts',
      test: 'says when a member reports what it does not report now',
    },
  },
  {
    name: 'a follower is shown the teams of others',
    edits: [
      {
        file: 'src/inspector/feed.ts',
        find: "for (const follower of this.#followers.get(userId) ?? []) {\n        this.#attach(userId, { follower, kind: 'team' })",
        put: "for (const follower of [...this.#followers.values()].flatMap((all) => [...all])) {\n        this.#attach(userId, { follower, kind: 'team' })",
      },
    ],
    caughtBy: { file: 'test/inspector/feed.test.ts', test: 'tells nothing of other users' },
  },
  {
    name: 'a follower that throws harms the team it looks at',
    edits: [
      {
        file: 'src/inspector/feed.ts',
        find: 'try {\n      begin();\n    } catch (error) {\n      giveUp(error);\n    }',
        put: 'begin();',
      },
      {
        file: 'src/inspector/feed.ts',
        find: 'try {\n        hear(event);\n      } catch (error) {\n        giveUp(error);\n      }',
        put: 'hear(event);',
      },
    ],
    caughtBy: {
      file: 'test/inspector/feed.test.ts',
      test: 'leaves the team unharmed when its follower throws',
    },
  },
  {
    name: 'whoever watches is told everything, however much it is',
    edits: [
      {
        file: 'src/inspector/thinning.ts',
        find: 'MAX_EVENTS = 200;',
        put: 'MAX_EVENTS = 2_000_000;',
      },
    ],
    caughtBy: {
      file: 'test/inspector/thinning.test.ts',
      test: 'how much it left out, when there is more',
    },
  },
];

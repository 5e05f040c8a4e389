import { and, desc, eq, sql } from 'drizzle-orm';
import { channelStatus, hasContent, messages, searchableContent } from './schema/chat.ts';
import { forgotten, forgottenMessages } from './schema/memories.ts';
import { anyWord, given, givenMoment, statement } from './statement.ts';

/** Nothing that its author has asked to be forgotten; nothing that is older than what is there. */
export const keepMessages = statement('archive_keep', (db) => {
  const kept = db.$with('kept', { id: sql<string>`message_id`.as('message_id') }).as(sql`
    insert into ${messages} (message_id, position, channel_id, guild_id, private_to, author_id, author_name, is_bot,
      content, attachments, reply_to, sent_at, edited_at)
    select m.id, m.position, m."channelId", m."guildId", m."privateTo", m."authorId", m."authorName", m."isBot",
      m.content, m.attachments, m."replyTo", to_timestamp(m."sentAt" / 1000), to_timestamp(m."editedAt" / 1000)
    from jsonb_to_recordset(${given('messages')}::jsonb) as m(id text, position int8, "channelId" text,
      "guildId" text, "privateTo" text, "authorId" text, "authorName" text, "isBot" boolean, content text, attachments jsonb,
      "replyTo" text, "sentAt" float8, "editedAt" float8)
    where not exists (
      select from ${forgotten} as f
      where f.user_id in (m."authorId", m."privateTo") and f.about in ('everything', 'channel:' || m."channelId")
        and f.at >= to_timestamp(m."sentAt" / 1000))
      and not exists (select from ${forgottenMessages} as g where g.message_id = m.id)
    on conflict (message_id) do update set
      author_name = excluded.author_name, content = excluded.content, attachments = excluded.attachments,
      edited_at = excluded.edited_at
      where excluded.edited_at > coalesce(messages.edited_at, messages.sent_at)
    returning message_id`);
  return db.with(kept).select({ id: kept.id }).from(kept);
});

const listed = sql`(select jsonb_array_elements_text(${given('ids')}::jsonb))`;

export const dropMessages = statement('archive_drop', (db) =>
  db
    .delete(messages)
    .where(and(eq(messages.channelId, given('channelId')), sql`${messages.messageId} in ${listed}`))
    .returning({ id: messages.messageId }),
);

export const dropMissing = statement('archive_compare', (db) =>
  db
    .delete(messages)
    .where(
      and(
        eq(messages.channelId, given('channelId')),
        sql`${messages.position} between ${given('from')}::int8 and ${given('to')}::int8`,
        sql`${messages.sentAt} < ${givenMoment('sentBefore')}`,
        sql`${messages.messageId} not in ${listed}`,
      ),
    )
    .returning({ id: messages.messageId }),
);

export const reachOfChannel = statement('archive_reach', (db) =>
  db
    .select({
      oldest: sql<string | null>`${channelStatus.oldest}::text`,
      newest: sql<string | null>`${channelStatus.newest}::text`,
      complete: channelStatus.complete,
    })
    .from(channelStatus)
    .where(eq(channelStatus.channelId, given('channelId'))),
);

export const keepReach = statement('archive_reached', (db) => {
  const kept = db.$with('kept', { id: sql<string>`channel_id`.as('channel_id') }).as(sql`
    insert into ${channelStatus} (channel_id, guild_id, oldest, newest, complete, synced_at)
    values (${given('channelId')}, ${given('guildId')}, ${given('oldest')}::int8, ${given('newest')}::int8,
            ${given('complete')}, ${givenMoment('at')})
    on conflict (channel_id) do update set
      guild_id = excluded.guild_id, oldest = excluded.oldest, newest = excluded.newest,
      complete = excluded.complete, synced_at = excluded.synced_at
    returning channel_id`);
  return db.with(kept).select({ id: kept.id }).from(kept);
});

const messageColumns = {
  id: messages.messageId,
  position: sql<string>`${messages.position}::text`,
  channelId: messages.channelId,
  guildId: messages.guildId,
  privateTo: messages.privateTo,
  authorId: messages.authorId,
  authorName: messages.authorName,
  isBot: messages.isBot,
  content: messages.content,
  attachments: messages.attachments,
  replyTo: messages.replyTo,
  sentAt: messages.sentAt,
  editedAt: messages.editedAt,
};

/** Whatever channels are asked for: a direct message is shown to whom it belongs, and to nobody else. */
const isNotSomebodyElses = sql`(${messages.privateTo} is null or ${messages.privateTo} = ${given('userId')})`;

export const lastOfChannel = statement('archive_recent', (db) =>
  db
    .select(messageColumns)
    .from(messages)
    .where(
      and(
        eq(messages.channelId, given('channelId')),
        isNotSomebodyElses,
        hasContent,
        sql`(${given('before')}::text is null or ${messages.position} <
          (select b.position from messages b
           where b.message_id = ${given('before')} and b.channel_id = ${given('channelId')}))`,
      ),
    )
    .orderBy(desc(messages.position))
    .limit(given('limit')),
);

export const messagesAbout = statement('archive_search', (db) => {
  const text = searchableContent(messages.content);
  const ageInMonths = sql`extract(epoch from now() - ${messages.sentAt}) / 2592000`;
  return db
    .select(messageColumns)
    .from(messages)
    .where(
      and(
        sql`${messages.channelId} in (select jsonb_array_elements_text(${given('channels')}::jsonb))`,
        isNotSomebodyElses,
        sql`${text} @@ ${anyWord}`,
      ),
    )
    .orderBy(
      desc(sql`ts_rank(${text}, ${anyWord}) / (1 + greatest(0, ${ageInMonths}))`),
      desc(messages.position),
    )
    .limit(given('limit'));
});

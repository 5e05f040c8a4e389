CREATE TABLE "admissions" (
	"message_id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"guild_id" text,
	"day" date NOT NULL
);
--> statement-breakpoint
CREATE TABLE "place_settings" (
	"place_id" text PRIMARY KEY NOT NULL,
	"settings" jsonb NOT NULL,
	"updated_by" text NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "messages_channel";--> statement-breakpoint
ALTER TABLE "channel_status" ADD COLUMN "oldest" bigint;--> statement-breakpoint
ALTER TABLE "channel_status" ADD COLUMN "newest" bigint;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "position" bigint NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "is_bot" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "attachments" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
CREATE INDEX "admissions_user" ON "admissions" USING btree ("user_id","day");--> statement-breakpoint
CREATE INDEX "admissions_guild" ON "admissions" USING btree ("guild_id","day");--> statement-breakpoint
CREATE INDEX "admissions_day" ON "admissions" USING btree ("day");--> statement-breakpoint
CREATE INDEX "channel_status_guild" ON "channel_status" USING btree ("guild_id");--> statement-breakpoint
CREATE INDEX "messages_search" ON "messages" USING gin (to_tsvector('english', left("content", 20000)));--> statement-breakpoint
CREATE INDEX "messages_channel" ON "messages" USING btree ("channel_id","position");--> statement-breakpoint
ALTER TABLE "channel_status" DROP COLUMN "oldest_message_id";--> statement-breakpoint
ALTER TABLE "channel_status" DROP COLUMN "newest_message_id";
CREATE TABLE "discord_drafts" (
	"run_id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"message_id" text NOT NULL,
	"is_answer" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "discord_drafts_user" ON "discord_drafts" USING btree ("user_id");
CREATE TABLE "model_wishes" (
	"user_id" text PRIMARY KEY NOT NULL,
	"model" text NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "discord_threads" (
	"thread_id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "discord_threads_user" ON "discord_threads" USING btree ("user_id");
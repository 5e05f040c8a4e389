CREATE TABLE "run_files" (
	"file_id" text PRIMARY KEY NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "run_files_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" text NOT NULL,
	"run_id" text NOT NULL,
	"name" text NOT NULL,
	"mime" text NOT NULL,
	"length" integer NOT NULL,
	"content" "bytea" NOT NULL,
	"made_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sandboxes" (
	"sandbox_id" text PRIMARY KEY NOT NULL,
	"house" text NOT NULL,
	"made_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prompt_copies" (
	"prompt" text PRIMARY KEY NOT NULL,
	"version" text NOT NULL,
	"content" text NOT NULL,
	"fetched_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agent_runs" ADD COLUMN "files" jsonb;--> statement-breakpoint
ALTER TABLE "agent_runs" ADD COLUMN "prompt_version" text;--> statement-breakpoint
CREATE INDEX "run_files_user" ON "run_files" USING btree ("user_id","seq");
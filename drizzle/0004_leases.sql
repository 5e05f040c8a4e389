CREATE TABLE "owners" (
	"owner" bigint PRIMARY KEY NOT NULL,
	"lease_until" timestamp (3) with time zone NOT NULL,
	"locks" boolean NOT NULL
);
--> statement-breakpoint
ALTER TABLE "inbox" ADD COLUMN "owner" bigint DEFAULT 0 NOT NULL;
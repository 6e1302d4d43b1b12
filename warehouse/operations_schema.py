"""The tables of the operations database, in SQLAlchemy Core, for SQLite and PostgreSQL alike.

What is in progress lives here: accounts, submissions and their states, findings, explanations, locks, the audit chain
and the log of generations. Moments are naive UTC. Published numbers are not here but in the generations.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

migration = Table(
    "migration",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
    Column("applied_at", DateTime, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("name", String, primary_key=True),
    Column("full_name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("department", String, nullable=False),
    Column("password_hash", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("password_at", DateTime),  # since when the password is what it is; null: from before this was kept
    Column("must_change", Boolean),  # the password was given by somebody else
    Column("demo", Boolean),  # its password is printed in the guides
    Column("oidc_subject", String),  # who this is to the office's identity provider
)

password_history = Table(
    "password_history",
    metadata,
    Column("account", String, ForeignKey("account.name"), primary_key=True),
    Column("ended_at", DateTime, primary_key=True),
    Column("hash", String, nullable=False),  # argon2id of a password that was, so that it does not come again
)

session = Table(
    "session",
    metadata,
    Column("hash", String, primary_key=True),  # SHA-256 of what the browser holds
    Column("account", String, ForeignKey("account.name"), nullable=False),
    Column("opened_at", DateTime, nullable=False),
    Column("seen_at", DateTime, nullable=False),
    Column("place", String, nullable=False),
    Column("browser", String, nullable=False),
    Column("method", String, nullable=False),  # password · oidc
)

login_failure = Table(
    "login_failure",
    metadata,
    Column("kind", String, primary_key=True),  # account · address
    Column("subject", String, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", DateTime, nullable=False),
)

api_token = Table(
    "api_token",
    metadata,
    Column("account", String, ForeignKey("account.name"), primary_key=True),
    Column("hash", String, nullable=False, unique=True),  # SHA-256 of the token
    Column("issued_by", String, nullable=False),
    Column("issued_at", DateTime, nullable=False),
)

submission = Table(
    "submission",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("form", String, nullable=False),
    Column("edition", String, nullable=False),
    Column("period", String, nullable=False),
    Column("department", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("file_hash", String, nullable=False),
    Column("file_name", String, nullable=False),
    Column("parser_version", String, nullable=False),
    Column("catalogue_digest", String, nullable=False),
    Column("state", String, nullable=False),
    Column("state_by", String, nullable=False),
    Column("state_at", DateTime, nullable=False),
    Column("received_by", String, nullable=False),
    Column("received_at", DateTime, nullable=False),
    Column("due_on", Date),
    Column("known_at", DateTime),  # the vintage of a backfilled return; null for a live one
    Column("submitted_by", String),
    Column("submitted_at", DateTime),
    Column("approved_by", String),
    Column("approved_at", DateTime),
    Column("return_reason", Text, nullable=False),
    Column("recorded_at", DateTime),  # the vintage its numbers got when published
    Column("generation", Integer),
    Column("position", Integer),  # its place among those published in that generation
    UniqueConstraint("form", "period", "department", "file_hash"),
    Index("submission_slot", "period", "form", "department"),
    Index("submission_state", "state"),
)

finding = Table(
    "finding",
    metadata,
    Column("submission", String, ForeignKey("submission.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("code", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("message", Text, nullable=False),
    Column("file", String, nullable=False),
    Column("sheet", String, nullable=False),
    Column("cell", String, nullable=False),
    Column("found", Text, nullable=False),
    Column("expected", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("rule", String, nullable=False),
    Column("rule_version", String, nullable=False),
    Column("state", String, nullable=False),
    Column("cells", Text, nullable=False),  # JSON array
    Column("operands", Text, nullable=False),  # JSON array, Finding.values
)

explanation = Table(
    "explanation",
    metadata,
    Column("submission", String, ForeignKey("submission.id"), primary_key=True),
    Column("binding", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("at", DateTime, nullable=False),
)

revision_reason = Table(
    "revision_reason",
    metadata,
    Column("submission", String, ForeignKey("submission.id"), primary_key=True),
    Column("address", String, primary_key=True),  # sheet!cell
    Column("reason", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("at", DateTime, nullable=False),
)

period_lock = Table(
    "period_lock",
    metadata,
    Column("period", String, primary_key=True),
    Column("form", String, primary_key=True),  # "*" for every form
    Column("by", String, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("reason", Text, nullable=False),
)

generation_log = Table(
    "generation_log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String, nullable=False),  # building · published · abandoned · withdrawn · removed
    Column("by", String, nullable=False),
    Column("started_at", DateTime, nullable=False),
    Column("published_at", DateTime),
    Column("sha256", String),
    Column("submissions", Integer),
    Column("note", Text, nullable=False),
)

task_programme = Table(
    "task_programme",
    metadata,
    Column("code", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", String, nullable=False),
    Column("issuer", String, nullable=False),
    Column("origin", String, nullable=False),  # catalogue, or the SHA-256 of the list it came from
    Column("by", String, nullable=False),
    Column("at", DateTime, nullable=False),
)

task = Table(
    "task",
    metadata,
    Column("code", String, primary_key=True),
    Column("programme", String, ForeignKey("task_programme.code"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", String, nullable=False),
    Column("chapter", Integer, nullable=False),
    Column("chapter_title", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("links", Text, nullable=False),  # GDP:up,PM25:down
    Column("example", Boolean, nullable=False),  # owners and dates are 示例
    Column("by", String, nullable=False),
    Column("at", DateTime, nullable=False),
)

task_step = Table(
    "task_step",
    metadata,
    Column("task", String, ForeignKey("task.code"), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("act", String, nullable=False),
    Column("by", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("detail", Text, nullable=False),  # JSON object, what the step says
)

saved_query = Table(
    "saved_query",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("account", String, ForeignKey("account.name"), nullable=False),
    Column("title", String, nullable=False),
    Column("sql", Text, nullable=False),
    Column("params", Text, nullable=False),  # JSON object
    Column("as_of", Date),
    Column("chart", Text, nullable=False),  # JSON object, how the answer is drawn
    Column("shared", Boolean, nullable=False),
    Column("saved_at", DateTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),  # ISO 8601 UTC with microseconds, as hashed
    Column("who", String, nullable=False),
    Column("place", String, nullable=False),
    Column("act", String, nullable=False),
    Column("object", String, nullable=False),
    Column("result", String, nullable=False),
    Column("detail", Text, nullable=False),  # canonical JSON
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
)

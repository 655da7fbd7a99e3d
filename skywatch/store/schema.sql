-- What skywatch remembers. Every time is Unix seconds, UTC. A row is never changed once it is written, except where it
-- says so; what a camera was over time is read from its flips, one after the other in the order of their ids.

PRAGMA application_id = 0x736b7977; -- "skyw": this file is ours
PRAGMA user_version = 1;            -- of this schema; `file.py` brings older ones up to it

-- When skywatch itself was watching: one row for each run. Between the rows nobody knows what a camera was, and that
-- is nobody's downtime.
CREATE TABLE open (
    id      INTEGER PRIMARY KEY,
    since   REAL NOT NULL,              -- this run began to watch
    until   REAL NOT NULL,              -- all that happened up to here is in this file; moves on with every write
    clean   INTEGER NOT NULL DEFAULT 0  -- 1: ended by an orderly stop; 0: still running, killed, or without power
            CHECK (clean IN (0, 1)),
    version TEXT NOT NULL               -- of skywatch, for whoever reads this file after a mishap
);

-- Cameras that ever had a flip. They stay when the ledger drops them: their history is still true.
CREATE TABLE camera (
    id          INTEGER PRIMARY KEY,            -- short, because every flip carries it
    code        TEXT NOT NULL UNIQUE            -- 20 digits of GB/T 28181, as in the ledger
                CHECK (code <> ''),
    -- Seconds in each state in spans that are too old to be kept. With the spans that are kept they make the seconds
    -- since ever, which counters are made of; so pruning never takes anything from a counter. Changed by pruning.
    up          REAL NOT NULL DEFAULT 0 CHECK (up >= 0),
    down        REAL NOT NULL DEFAULT 0 CHECK (down >= 0),
    unknown     REAL NOT NULL DEFAULT 0 CHECK (unknown >= 0),
    maintenance REAL NOT NULL DEFAULT 0 CHECK (maintenance >= 0)
);

-- Changes: of a camera's state, of whether it is intact, of one finding. A span lasts from its flip to the next flip of
-- the same camera, kind and `what`. Pruned by age, but never the last one of a span that reaches into the time kept.
CREATE TABLE flip (
    id      INTEGER PRIMARY KEY,        -- the order in which flips were noticed
    camera  INTEGER NOT NULL REFERENCES camera (id),    -- whose
    at      REAL NOT NULL,              -- when it happened: the first visit that spoke for it
    noticed REAL NOT NULL,              -- when it was believed: the last visit that it took
    kind    TEXT NOT NULL               -- what sort of change
            CHECK (kind IN ('state', 'intact', 'finding')),
    what    TEXT NOT NULL DEFAULT '',   -- of a finding: probe.code, such as stream.auth_failed; else nothing
    old     TEXT NOT NULL,              -- state: up, down, unknown, maintenance; intact: pass, fail, unknown;
    new     TEXT NOT NULL,              -- finding: standing, absent
    step    TEXT NOT NULL DEFAULT '',   -- of a finding: what was being done
    detail  TEXT NOT NULL DEFAULT '',   -- of a finding: the evidence when it was confirmed; never holds a secret
    CHECK ((kind = 'finding') = (what <> '')),
    CHECK (CASE kind
           WHEN 'state' THEN new IN ('up', 'down', 'unknown', 'maintenance')
           WHEN 'intact' THEN new IN ('pass', 'fail', 'unknown')
           ELSE new IN ('standing', 'absent') END)
);

CREATE INDEX flip_by_subject ON flip (camera, kind, what, id);  -- the last word on a subject; one camera's history
CREATE INDEX flip_by_time ON flip (at);                         -- what is old enough to be pruned; one night's events

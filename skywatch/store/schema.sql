-- What skywatch remembers. Every time is Unix seconds, UTC. A row is never changed once it is written, except where it
-- says so; what a camera was over time is read from its flips, one after the other in the order of their ids.

PRAGMA application_id = 0x736b7977; -- "skyw": this file is ours
PRAGMA user_version = 2;            -- of this schema; `file.py` brings older ones up to it

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
    serial      TEXT NOT NULL DEFAULT '',           -- serial number that it had at first; '' until it says one
    stream      TEXT NOT NULL DEFAULT '',           -- codec and size of its main stream at first, as in h264 1920x1080
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
    severity INTEGER NOT NULL DEFAULT 0 -- of a finding: 1 (slight) to 5, 0 where it has none
            CHECK (severity BETWEEN 0 AND 5),
    remark  INTEGER NOT NULL DEFAULT 0  -- of a finding: 1 where it is told and is no fault, as fog is
            CHECK (remark IN (0, 1)),
    CHECK ((kind = 'finding') = (what <> '')),
    CHECK (CASE kind
           WHEN 'state' THEN new IN ('up', 'down', 'unknown', 'maintenance')
           WHEN 'intact' THEN new IN ('pass', 'fail', 'unknown')
           ELSE new IN ('standing', 'absent') END)
);

CREATE INDEX flip_by_subject ON flip (camera, kind, what, id);  -- the last word on a subject; one camera's history
CREATE INDEX flip_by_time ON flip (at);                         -- what is old enough to be pruned; one night's events

-- Since version 2: faults, a person's words, messages, maintenance, inspections, and numbers rolled up.

-- What a person must act on. One row each, changed as the fault lives; how it got there is in `fault_event`. The id is
-- what people quote, so it is never given twice. Kept for as long as reports are asked for.
CREATE TABLE fault (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    cause      TEXT NOT NULL,              -- why, as far as it can be told: outage, feed, uplink, picture, ... (faults.md)
    scope      TEXT NOT NULL               -- what sort of thing is at fault
               CHECK (scope IN ('camera', 'village', 'feed', 'uplink', 'station')),
    code       TEXT NOT NULL,              -- which one; '' for the station itself
    party      TEXT NOT NULL               -- who answers for it
               CHECK (party IN ('contractor', 'power', 'carrier', 'station')),
    owner      TEXT NOT NULL,              -- which one of these: a contractor's code, a feed's owner, a carrier's name
    finding    TEXT NOT NULL DEFAULT '',   -- of a camera's fault: the code of what was found
    severity   INTEGER NOT NULL            -- 0 not graded, 1 (slight) to 5
               CHECK (severity BETWEEN 0 AND 5),
    since      REAL NOT NULL,              -- when it began
    opened     REAL NOT NULL,              -- when it was known
    deadline   REAL NOT NULL,              -- by when it is to be repaired, counted from `opened`
    told       REAL,                       -- when it was first handed to the outbox; NULL: not yet
    late       REAL,                       -- when it was told to be overdue; NULL: not yet
    closed     REAL,                       -- when it ended; NULL: it is open
    proven     INTEGER NOT NULL DEFAULT 0  -- 1: visits proved the end; 0: still open, or a person closed it
               CHECK (proven IN (0, 1)),
    suppressed INTEGER NOT NULL DEFAULT 0  -- 1: maintenance lies over it, so nobody is told
               CHECK (suppressed IN (0, 1)),
    flapping   INTEGER NOT NULL DEFAULT 0  -- 1: it comes and goes
               CHECK (flapping IN (0, 1)),
    returns    INTEGER NOT NULL DEFAULT 0  -- how often it ended and came back within the time in which it is the same
               CHECK (returns >= 0),
    came_back  TEXT NOT NULL DEFAULT '[]', -- when, the last few times, as JSON
    part_of    INTEGER NOT NULL DEFAULT 0, -- it was part of this other fault; 0: of none; -1: of its camera's outage
    others     TEXT NOT NULL DEFAULT '[]', -- codes that it shows, or showed, besides `finding`, as JSON
    why        TEXT NOT NULL DEFAULT '[]', -- what speaks for the cause: keys of a table of sentences, as JSON
    evidence   TEXT NOT NULL DEFAULT ''    -- what the probes said, in English or the camera's words; never a secret
);

CREATE INDEX fault_by_time ON fault (closed, opened);           -- what is open; what a month's report is about

-- Which cameras were part of a fault, and when.
CREATE TABLE fault_camera (
    fault   INTEGER NOT NULL REFERENCES fault (id) ON DELETE CASCADE,   -- which fault
    camera  INTEGER NOT NULL REFERENCES camera (id),    -- whose
    since   REAL NOT NULL,              -- it was part of it from here
    until   REAL,                       -- to here; NULL: it still is
    PRIMARY KEY (fault, camera, since)
) WITHOUT ROWID;

-- A fault's life, line by line, and at the same time what there is to tell: messages are made from these.
CREATE TABLE fault_event (
    id      INTEGER PRIMARY KEY,        -- the order in which it was known
    fault   INTEGER NOT NULL REFERENCES fault (id) ON DELETE CASCADE,   -- whose life
    kind    TEXT NOT NULL,              -- opened, grew, told, acknowledged, repaired, note, closed, reopened, ... (faults.md)
    at      REAL NOT NULL,              -- when it happened
    noticed REAL NOT NULL,              -- when it was known
    who     TEXT NOT NULL DEFAULT '',   -- the person who said so, '' where nobody did
    text    TEXT NOT NULL DEFAULT '',   -- a person's words, or the evidence; never a secret
    cameras TEXT NOT NULL DEFAULT '[]', -- codes of the cameras that it is about, as JSON
    tell    INTEGER NOT NULL DEFAULT 0  -- 1: somebody is to be told
            CHECK (tell IN (0, 1))
);

CREATE INDEX fault_event_by_fault ON fault_event (fault, id);

-- How it looked: small pictures of a fault that shows in the picture, two at most. They leave before the fault does, for
-- they show people's villages.
CREATE TABLE fault_picture (
    fault     INTEGER NOT NULL REFERENCES fault (id) ON DELETE CASCADE,    -- of which fault
    which     TEXT NOT NULL             -- then: when it was known, or came back; now: the last look at it
              CHECK (which IN ('then', 'now')),
    camera    INTEGER NOT NULL REFERENCES camera (id),  -- whose
    at        REAL NOT NULL,            -- when it was taken
    thumbnail BLOB NOT NULL,            -- a small JPEG
    PRIMARY KEY (fault, which)
) WITHOUT ROWID;

-- What the fault engine keeps in mind between two looks (suspicions, counters), written in the same transaction as the
-- events that led to it, so that a restart goes on exactly where the last word was. A row for each value, so that an
-- outage of ten thousand cameras does not write all of them every second.
CREATE TABLE board (
    part    TEXT NOT NULL,              -- which part of it: dead, found, open, now, ...
    key     TEXT NOT NULL,              -- whose: a camera's code or a fault's id; '' where the part is one value
    plain   TEXT NOT NULL,              -- the value, as JSON
    PRIMARY KEY (part, key)
) WITHOUT ROWID;

-- What a person said by the command line or a page and the daemon has not heeded yet. Written by others, read and
-- taken away by the daemon in the transaction that makes it true: so it is heeded once, whoever crashes.
CREATE TABLE word (
    id      INTEGER PRIMARY KEY,        -- in the order they were said
    at      REAL NOT NULL,              -- when
    who     TEXT NOT NULL,              -- the person's name, as the system or the page knows it
    what    TEXT NOT NULL,              -- ack, repaired, note, close, maintenance, unmaintain, ...
    about   TEXT NOT NULL,              -- a fault's id, or scope:code
    text    TEXT NOT NULL DEFAULT ''    -- the words, or details as JSON
);

-- Messages to people: the outbox, and what became of each. A message is queued in the transaction of its event, so it is
-- neither lost nor told twice by a crash before it is sent.
CREATE TABLE message (
    id       INTEGER PRIMARY KEY,
    fault    INTEGER REFERENCES fault (id) ON DELETE CASCADE,        -- about which fault; NULL: a report or a digest
    kind     TEXT NOT NULL,             -- what it tells: opened, closed, overdue, ..., escalation, digest, report
    channel  TEXT NOT NULL,             -- by which channel of the configuration
    subject  TEXT NOT NULL,             -- its first line
    body     TEXT NOT NULL,             -- the rest, in the recipient's language
    queued   REAL NOT NULL,             -- when it was made
    due      REAL NOT NULL,             -- not to be sent before: the end of quiet hours, or the next try
    tries    INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),          -- how often it was tried
    sent     REAL,                      -- when the channel took it; NULL: not yet
    failed   REAL,                      -- when it was given up; NULL: not given up
    error    TEXT NOT NULL DEFAULT '',  -- what the channel said last; never a secret
    thread   TEXT NOT NULL DEFAULT ''   -- what the channel calls the thread of this fault, where it has threads
);

CREATE INDEX message_by_due ON message (due) WHERE sent IS NULL AND failed IS NULL;

-- Maintenance that was announced by a person while skywatch runs; that of the configuration is in the configuration.
-- Written by whoever announces it, as words are; the daemon reads it with every flush.
CREATE TABLE maintenance (
    id      INTEGER PRIMARY KEY,
    scope   TEXT NOT NULL               -- what is worked on
            CHECK (scope IN ('camera', 'village', 'feed', 'uplink', 'all')),
    code    TEXT NOT NULL,              -- which one; '' for all
    since   REAL NOT NULL,              -- from here
    until   REAL NOT NULL,              -- to here, this not included
    repeat  TEXT NOT NULL DEFAULT 'once'    -- and again at the same hours
            CHECK (repeat IN ('once', 'daily', 'weekly', 'monthly')),
    last    REAL,                       -- no repetition begins at this time or later; NULL: for ever
    reason  TEXT NOT NULL,              -- what for, in a person's words
    who     TEXT NOT NULL,              -- who announced it
    CHECK (until > since)
);

-- A round of thorough looks at every camera (每日巡检).
CREATE TABLE inspection (
    id      INTEGER PRIMARY KEY,
    due     REAL NOT NULL,              -- the set time
    kind    TEXT NOT NULL               -- by day, by night, or asked for by a person
            CHECK (kind IN ('day', 'night', 'asked')),
    began   REAL NOT NULL,              -- the first look
    ended   REAL                        -- the last one; NULL: not over, to be resumed after a restart
);

CREATE UNIQUE INDEX inspection_by_due ON inspection (due, kind);

-- One camera in an inspection: the last look that counts.
CREATE TABLE look (
    inspection INTEGER NOT NULL REFERENCES inspection (id) ON DELETE CASCADE,   -- in which round
    camera     INTEGER NOT NULL REFERENCES camera (id),     -- whose
    at         REAL NOT NULL,              -- when
    tries      INTEGER NOT NULL CHECK (tries > 0),          -- 2: it was tried once more, later
    verdict    TEXT NOT NULL               -- as probes have it
               CHECK (verdict IN ('pass', 'fail', 'unknown')),
    seen       TEXT NOT NULL,              -- findings, numbers and facts, as JSON
    thumbnail  BLOB,                       -- a small JPEG; NULL: no picture, or too old to be kept
    PRIMARY KEY (inspection, camera)
) WITHOUT ROWID;

-- What was measured, by camera and hour of the clock. Sums and counts, so that rows can be added up; the mean is their
-- quotient. Written with every flush.
CREATE TABLE hourly (
    camera     INTEGER NOT NULL REFERENCES camera (id),     -- whose
    start      REAL NOT NULL,              -- the hour begins
    visits     INTEGER NOT NULL,           -- visits of any probe
    failed     INTEGER NOT NULL,           -- of these: verdict fail
    answers    INTEGER NOT NULL,           -- heartbeats that were answered
    answering  REAL NOT NULL,              -- seconds they took, summed
    slowest    REAL NOT NULL,              -- seconds the slowest took
    streams    INTEGER NOT NULL,           -- looks at the stream that measured it
    bitrate    REAL NOT NULL,              -- bits per second, summed over `streams`
    frames     REAL NOT NULL,              -- frames per second, summed over `streams`
    loss       REAL NOT NULL,              -- share of packets lost, 0..1, summed over `streams`
    pictures   INTEGER NOT NULL,           -- pictures that could be judged for focus
    blur       REAL NOT NULL,              -- blur score, 0..1, summed over `pictures`
    PRIMARY KEY (camera, start)
) WITHOUT ROWID;

-- The same by day, as the station's clock has it.
CREATE TABLE daily (
    camera     INTEGER NOT NULL REFERENCES camera (id),     -- whose
    start      REAL NOT NULL,              -- the day begins
    visits     INTEGER NOT NULL,           -- as in `hourly`, and so on
    failed     INTEGER NOT NULL,           -- .
    answers    INTEGER NOT NULL,           -- .
    answering  REAL NOT NULL,              -- .
    slowest    REAL NOT NULL,              -- .
    streams    INTEGER NOT NULL,           -- .
    bitrate    REAL NOT NULL,              -- .
    frames     REAL NOT NULL,              -- .
    loss       REAL NOT NULL,              -- .
    pictures   INTEGER NOT NULL,           -- .
    blur       REAL NOT NULL,              -- .
    PRIMARY KEY (camera, start)
) WITHOUT ROWID;

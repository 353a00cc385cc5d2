//! A small source of each tool, of the shape that the tool writes.

pub(super) const ALL: [&str; 7] = [
    BACKLOG,
    BEADS,
    TASK_MASTER,
    SPEC_KIT,
    OPENSPEC,
    OBSIDIAN,
    CHECK_LIST,
];

pub(super) const BACKLOG: &str = r#"
//- /backlog/tasks/back-7 - Whistle.md
---
id: BACK-7
title: 'Whistle: when the water boils'
status: In Progress
assignee: @ana
reporter: '@ben'
created_date: '2025-07-23 10:00'
updated_date: '2025-09-06 21:22'
due_date: 2026-01-31
labels:
  - sound
dependencies:
  - task-7.1
  - task-99
priority: high
milestone: m-1
ordinal: 1000 # by hand
references: [src/whistle.rs]
# nobody knows why
modified_files: []
---

## Description

<!-- SECTION:DESCRIPTION:BEGIN -->
It boils, and nobody hears it. {id} stays.
<!-- SECTION:DESCRIPTION:END -->

## Acceptance Criteria
<!-- AC:BEGIN -->
- [x] #1 It whistles
- [ ] #2 It stops
<!-- AC:END -->

## Implementation Plan

<!-- SECTION:PLAN:BEGIN -->
1. Drill a hole

```html
<!-- SECTION:EXAMPLE:BEGIN -->
```
<!-- SECTION:PLAN:END -->

## Comments

<!-- COMMENTS:BEGIN -->
author: @ben
created: 2026-07-04 14:05
---
Too loud.
---
<!-- COMMENTS:END -->
//- /backlog/completed/back-7.1 - Hole.md
---
id: BACK-7.1
title: Drill the hole
status: Done
assignee: []
labels: []
dependencies: []
parent_task_id: task-7
---

Drilled.
//- /backlog/archive/tasks/back-8 - Lid.md
---
id: BACK-8
title: A second lid
status: To Do
labels: []
---
//- /backlog/milestones/m-1 - kettle.md
---
id: m-1
title: "A kettle to trust"
---
//- /backlog/tasks/readme.md
# Tasks
"#;

pub(super) const BEADS: &str = r#"
//- /.beads/issues.jsonl
{"id":"bd-a1b2","title":"Ring the bell","description":"Why: nobody hears it.","design":"A spring.\nAnd a hammer.","acceptance_criteria":"- rings\n- stops","notes":"See bd-x9.","status":"in_progress","priority":0,"issue_type":"feature","assignee":"ana","labels":["sound","kettle"],"estimated_minutes":90,"created_at":"2025-10-16T20:46:08.971822-07:00","updated_at":"2025-10-18T09:00:00Z","due_at":"2026-01-31","dependencies":[{"issue_id":"bd-a1b2","depends_on_id":"bd-x9","type":"blocks","created_at":"2025-10-16T20:46:08Z","created_by":"ana"},{"issue_id":"bd-a1b2","depends_on_id":"bd-f3","type":"discovered-from"}],"comments":[{"id":1,"issue_id":"bd-a1b2","author":"ben","text":"Too loud?","created_at":"2025-10-17T08:00:00Z"}],"external_ref":"gh-9"}
{"id":"bd-x9","title":"Read the sensor","status":"closed","priority":4,"issue_type":"task","close_reason":"Works.","closed_at":"2025-10-17T10:00:00Z","acceptance_criteria":"- reads"}
{"id":"bd-f3","title":"Kettle","status":"open","priority":2,"issue_type":"epic"}
{"id":"bd-f3.1","title":"Lid","status":"blocked","priority":3,"dependencies":[{"issue_id":"bd-f3.1","depends_on_id":"bd-f3","type":"parent-child"}],"metadata":{"weight":"1 kg"}}
{"id":"bd-gone","title":"Gone","status":"tombstone","priority":3}
{"_type":"memory","key":"x"}
"#;

pub(super) const TASK_MASTER: &str = r#"
//- /.taskmaster/tasks/tasks.json
{
  "master": {
    "tasks": [
      {
        "id": 1,
        "title": "Ring the bell",
        "description": "Nobody hears it.",
        "details": "A spring.\n\n1. Bend it",
        "testStrategy": "Listen.",
        "priority": "high",
        "status": "in-progress",
        "dependencies": [],
        "complexity": 4,
        "subtasks": [
          {"id": 1, "title": "Bend", "description": "Gently.", "status": "done", "dependencies": []},
          {"id": 2, "title": "Mount", "status": "pending", "dependencies": [1, "2"], "parentTaskId": 1}
        ]
      },
      {"id": 2, "title": "Read the sensor", "status": "deferred", "dependencies": ["1.2", 77], "priority": "medium"}
    ],
    "metadata": {"created": "2025-06-01T10:00:00Z", "description": "Tasks for master"}
  },
  "tea": {
    "tasks": [{"id": "1", "title": "Pour", "status": "cancelled", "dependencies": []}]
  }
}
"#;

pub(super) const SPEC_KIT: &str = r#"
//- /specs/001-kettle/tasks.md
---
description: "Task list for the kettle"
---

# Tasks: A kettle to trust

**Input**: Design documents from `/specs/001-kettle/`

## Format: `[ID] [P?] [Story] Description`

- **[P]**: Can run in parallel

## Phase 1: Setup (Shared Infrastructure)

**Purpose**: Begin.

- [x] T001 Make the project in src/
- [x] T002 [P] Configure the linter

---

## Phase 2: User Story 1 - It whistles (Priority: P1) 🎯 MVP

**Goal**: Hear it.

### Tests for User Story 1

- [x] T003 [P] [US1] A test in tests/whistle.rs
- [ ] T004 [US1] The whistle in src/whistle.rs (depends on T002, T003)
  - [x] louder
  - [ ] lower

**Checkpoint**: After T004 it whistles.

## Dependencies & Execution Order

- T003 before `T004`
//- /specs/001-kettle/plan.md
# Plan
"#;

pub(super) const OPENSPEC: &str = r#"
//- /openspec/changes/add-whistle/proposal.md
# Change: Add a whistle

## Why

Nobody hears it.
//- /openspec/changes/add-whistle/design.md
# Design

## Context

Steam.
//- /openspec/changes/add-whistle/tasks.md
# Tasks

Read this first.

## 1. Drill

Carefully.

- [x] 1.1 Mark the place
  - with a pencil
- [x] 1.2 Drill

## 2. Mount

- [x] 2.1 Glue
- [ ] 2.2 Wait

### Later

- [ ] 2.3 Paint

## Notes

None.
//- /openspec/changes/add-whistle/.openspec.yaml
schema: spec-driven
created: 2026-02-25
dependsOn: [add-lid]
//- /openspec/changes/add-whistle/specs/sound/spec.md
## ADDED Requirements
//- /openspec/changes/add-lid/proposal.md
## Why

Steam.
//- /openspec/changes/add-lid/tasks.md
- [ ] 1.1 Close it
//- /openspec/changes/archive/2025-01-11-add-handle/proposal.md
## Why

It is hot.
//- /openspec/changes/archive/2025-01-11-add-handle/tasks.md
## 1. Handle
- [x] 1.1 Bend it
//- /openspec/specs/sound/spec.md
# Sound
"#;

pub(super) const OBSIDIAN: &str = r#"
//- /notes/Home.md
# Home

Some prose.

## Kitchen

- [ ] #task Descale the kettle ⏫ 🔁 every month ➕ 2025-01-01 🛫 2025-01-10 ⏳ 2025-01-20 📅 2025-02-01 #home ^kettle
    - [x] Buy citric acid
    - not a task
- [x] Buy tea [due:: 2025-01-01] ✅ 2025-01-02
- [/] Repair the whistle 🔽 🆔 whi1
- [-] Throw it away ⏬ ❌ 2025-01-03
- [ ] Test it ⛔ whi1
	- [ ] with water 📅 2025-03-01
- [?] Why?
"#;

pub(super) const CHECK_LIST: &str = r#"
//- /TODO.md
# TODO

What is left, see [the plan](plan.md).

## Parser

- [ ] Bodies that span lines
  A body ends at a blank line.

  - [x] a blank line ends it
  - [ ] deeper lines continue it
- [ ] Conditions
  - [ ] dates
    - [x] ISO days
  - [x] versions
- [x] Keywords

Ask ana.

### In Progress

- [ ] Notebooks

## Bug: CRLF

- [~] Old Mac line ends
- [!] Windows
- [ ]
"#;

// Which of the server's commands the palette offers. A test holds this to the server's own list.

/** Commands of the server that are in the palette, with their titles. */
export const offered: Readonly<Record<string, string>> = {
  'docket.adopt': 'Adopt TODOs',
  'docket.align': 'Show What Is Out of Line with the Plan',
  'docket.analyze': 'Look for Stale Tickets, Hot Spots and TODO Clusters',
  'docket.assign': 'Assign Ticket...',
  'docket.createTicket': 'Create Ticket...',
  'docket.discuss': 'Discuss Ticket by Roles...',
  'docket.estimate': 'Estimate Size of Ticket...',
  'docket.expand': 'Split Ticket into Parts...',
  'docket.import': 'Import Tickets of Another Tool...',
  'docket.linkNewTodos': 'Link All New TODOs to the Ticket of the Branch',
  'docket.linkTodo': 'Link TODO to Ticket...',
  'docket.outbox': 'Show What Waits to Be Sent',
  'docket.plan': 'Plan Requirements and Tickets of the Brief, a Ticket or TODOs...',
  'docket.proposals': 'Show What Is Proposed and Waits',
  'docket.pullRequest': 'Open Pull Request of Ticket...',
  'docket.renumber': 'Renumber Tickets with One Id...',
  'docket.resolveConflict': 'Resolve Conflict with GitHub...',
  'docket.set': 'Set Field of Ticket...',
  'docket.setStatus': 'Set Status of Ticket...',
  'docket.showAllFindings': 'Show All Findings of This File',
  'docket.showConflict': 'Compare Ticket with Issue in Conflict...',
  'docket.showCriteria': 'Go to Acceptance Criteria of Ticket...',
  'docket.showTodos': 'Go to TODOs of Ticket...',
  'docket.start': 'Start Work on Ticket...',
  'docket.status': 'Show Project Status',
  'docket.sync': 'Synchronize with GitHub',
  'docket.toggleCriterion': 'Tick Acceptance Criterion...',
  'docket.toggleNew': 'Show Only New Findings, or All',
  'docket.toggleSurface': 'Choose What Is Shown...',
  'docket.schema': 'Migration to the Data Model...',
  'docket.writeDocs': 'Write Reference Page of This Source File',
  'docket.writeTests': 'Write Tests for Criteria of Ticket...',
};

/** Those that are not, each with its reason. */
export const notOffered: Readonly<Record<string, string>> = {
  'docket.accept': 'a code action where the proposal belongs, and its question, call it',
  'docket.refuse': 'a code action where the proposal belongs, and its question, call it',
  'docket.update': 'a code action at what is out of line calls it',
  'docket.board': 'docket.boardAsText calls it for a file that can be edited',
  'docket.applyAction': 'carries out a code action for editors that cannot; it means nothing without one',
};

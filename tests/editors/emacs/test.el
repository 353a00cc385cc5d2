;;; test.el --- What a user of docket sees in Emacs  -*- lexical-binding: t; -*-

;;; Commentary:

;; Real files, the real server, eglot as it comes with Emacs.

;;; Code:

(require 'ert)
(require 'flymake)
(require 'docket)

(defvar docket-test-project (getenv "DOCKET_TEST_PROJECT"))
(defvar docket-test-ticket (expand-file-name ".docs/tickets/T-7k3f-parse-spans.md" docket-test-project))
(defconst docket-test-patience 20)

(setq eglot-sync-connect docket-test-patience
      eglot-events-buffer-config '(:size 0)
      eglot-confirm-server-edits nil
      make-backup-files nil
      auto-save-default nil)

(defmacro docket-test-eventually (what &rest probe)
  "Wait until PROBE gives something; WHAT says what was waited for."
  (declare (indent 1))
  `(let ((end (+ (float-time) docket-test-patience)) answer)
     (while (and (not (setq answer (progn ,@probe))) (< (float-time) end))
       (accept-process-output nil 0.05))
     (or answer (ert-fail (format "no %s within %d s" ,what docket-test-patience)))))

(defun docket-test-open (path mode)
  "Visit PATH of the project in MODE, with docket."
  (find-file (expand-file-name path docket-test-project))
  (unless (derived-mode-p mode) (funcall mode))
  (docket-ensure)
  ;; eglot connects once a command has been carried out, and there are none here
  (run-hooks 'post-command-hook)
  (docket-test-eventually "server" (eglot-managed-p))
  (current-buffer))

(defun docket-test-findings ()
  "The findings of this buffer, as `line text'."
  ;; both wait for an Emacs that is idle, which one without a screen never is
  (eglot--signal-textDocument/didChange)
  (flymake-start)
  (mapcar (lambda (it)
            (format "%d %s" (line-number-at-pos (flymake-diagnostic-beg it)) (flymake-diagnostic-text it)))
          (flymake-diagnostics)))

(defun docket-test-on-disk ()
  "The ticket as it is on the disk."
  (with-temp-buffer
    (insert-file-contents docket-test-ticket)
    (buffer-string)))

(ert-deftest docket-test-1-findings ()
  "Findings of source stand at their lines."
  (docket-test-open "src/main.rs" 'prog-mode)
  (docket-test-eventually "finding on line 7"
    (seq-find (lambda (it) (string-match-p "^7 .*T-2222" it)) (docket-test-findings)))
  (should (seq-find (lambda (it) (string-match-p "^8 " it)) (docket-test-findings)))
  (should-not (seq-find (lambda (it) (string-match-p "^5 " it)) (docket-test-findings))))

(ert-deftest docket-test-2-hover-and-definition ()
  "An id has a card, and leads to its ticket."
  (docket-test-open "src/main.rs" 'prog-mode)
  (goto-char (point-min))
  (search-forward "TODO(T-7k")
  (let* ((server (eglot-current-server))
         (card (jsonrpc-request server :textDocument/hover (eglot--TextDocumentPositionParams))))
    (should (string-match-p "Parse bodies" (plist-get (plist-get card :contents) :value))))
  (let ((places (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot))))
    (should (string-match-p "T-7k3f-parse-spans.md" (format "%S" places)))))

(ert-deftest docket-test-3-status ()
  "A command changes the ticket's file."
  (docket-test-open "src/main.rs" 'prog-mode)
  (should (member "T-7k3f" (mapcar (lambda (it) (plist-get it :id)) (docket--tickets))))
  (docket-set-status "T-7k3f" "review")
  (docket-test-eventually "status in the file" (string-match-p "^status: review$" (docket-test-on-disk))))

(ert-deftest docket-test-4-ticket ()
  "A ticket file is checked as it is written."
  (docket-test-open ".docs/tickets/T-7k3f-parse-spans.md" 'text-mode)
  (goto-char (point-min))
  (search-forward "status: review")
  (replace-match "status: reviw")
  (docket-test-eventually "finding"
    (seq-find (lambda (it) (string-match-p "^4 .*review" it)) (docket-test-findings)))
  (set-buffer-modified-p nil))

(ert-deftest docket-test-5-outside ()
  "Outside a project nothing starts."
  (with-temp-buffer
    (setq buffer-file-name "/tmp/alone.md" default-directory "/tmp/")
    (docket-ensure)
    (should-not (eglot-managed-p))
    (setq buffer-file-name nil)))

(defun docket-test-run ()
  "Run all, and end Emacs with the outcome."
  (ert-run-tests-batch-and-exit t))

;;; test.el ends here

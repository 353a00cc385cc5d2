;;; docket.el --- Tickets and TODOs of a project, through eglot  -*- lexical-binding: t; -*-

;; Package-Requires: ((emacs "29.1"))
;; SPDX-License-Identifier: MIT OR Apache-2.0

;;; Commentary:

;; docket is a language server that reads the tickets in .docs/tickets and the TODOs in comments.
;; Eglot starts one server a major mode, so this adds docket for the modes of ticket files, and gives
;; `docket-ensure' for the modes of which docket may be the server; where a language's own server is
;; to run as well, lsp-mode or a multiplexer such as rassumfrassum is needed.
;;
;;     (use-package docket :load-path "/path/to/docket/clients/emacs"
;;       :hook ((markdown-mode . docket-ensure) (sh-mode . docket-ensure)))

;;; Code:

(require 'eglot)

(defgroup docket nil
  "Tickets and TODOs of a project."
  :group 'tools)

(defcustom docket-program "docket"
  "The program docket, as it is found on variable `exec-path'."
  :type 'string)

(defcustom docket-modes '(markdown-mode markdown-ts-mode gfm-mode text-mode)
  "Major modes whose server is docket where no other is set up for them."
  :type '(repeat symbol))

(defun docket-contact (&optional _interactive _project)
  "The command line of the server, as eglot wants it."
  (list docket-program "lsp"))

;; after what is there: a server that the user has set up for a mode stays its first choice
(add-to-list 'eglot-server-programs (cons docket-modes #'docket-contact) t)

(defun docket-root (directory)
  "The project around DIRECTORY: the nearest folder upwards with .docs, else nil."
  (when-let* ((root (locate-dominating-file directory ".docs")))
    (cons 'docket (expand-file-name root))))

(cl-defmethod project-root ((project (head docket)))
  "The folder of a docket PROJECT."
  (cdr project))

;;;###autoload
(defun docket-ensure ()
  "Start docket for this buffer, or attach the server that runs.
Does nothing outside a folder with .docs, and where the program is missing."
  (when (and buffer-file-name
             (docket-root default-directory)
             (executable-find docket-program))
    ;; of this buffer, for eglot connects only once the command that visits the file has ended
    (setq-local eglot-server-programs (list (cons major-mode #'docket-contact))
                project-find-functions (list #'docket-root))
    (eglot-ensure)))

(defun docket--execute (command argument)
  "Have the server carry out COMMAND with ARGUMENT, a plist."
  (let ((server (eglot-current-server)))
    (unless server
      (user-error "No server runs here; try M-x docket-ensure"))
    (eglot-execute server (list :title command :command command :arguments (vector argument)))))

(defun docket--tickets ()
  "The tickets of every project, as plists."
  (let* ((server (or (eglot-current-server) (user-error "No server runs here; try M-x docket-ensure")))
         (answer (jsonrpc-request server :docket/tickets #s(hash-table))))
    (seq-mapcat (lambda (project) (append (plist-get project :tickets) nil))
                (plist-get answer :projects))))

(defun docket--read-ticket (prompt)
  "Read the id of a ticket with PROMPT; titles are completed too."
  (let* ((tickets (docket--tickets))
         (choices (mapcar (lambda (it) (cons (format "%s  %s" (plist-get it :id) (plist-get it :title)) (plist-get it :id)))
                          tickets)))
    (cdr (assoc (completing-read prompt choices nil t) choices))))

;;;###autoload
(defun docket-set-status (ticket status)
  "Give TICKET another STATUS."
  (interactive (list (docket--read-ticket "Ticket: ") (read-string "Status: ")))
  (docket--execute "docket.setStatus" (list :ticket ticket :status status)))

;;;###autoload
(defun docket-create-ticket (title)
  "Make a ticket with TITLE."
  (interactive "sTitle of the ticket: ")
  (docket--execute "docket.createTicket" (list :title title)))

;;;###autoload
(defun docket-board ()
  "Show the board, as the terminal draws it."
  (interactive)
  (let ((default-directory (or (cdr (docket-root default-directory)) default-directory)))
    (with-current-buffer (get-buffer-create "*docket board*")
      (let ((inhibit-read-only t))
        (erase-buffer)
        (call-process docket-program nil t nil "board"))
      (special-mode)
      (goto-char (point-min))
      (pop-to-buffer (current-buffer)))))

(provide 'docket)
;;; docket.el ends here

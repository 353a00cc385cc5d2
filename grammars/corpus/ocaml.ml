(* TODO: yes ocaml block (* nested *) and on
   with a body *)
let a = "(* TODO: no *)"
let b = {|(* TODO: no *)|}
let c = {id|"(* TODO: no *)|}"|id} (* TODO: yes ocaml after a quoted string *)
let d = '"' (* TODO: yes ocaml after a quote *)
let e = '\'' (* TODO: yes ocaml after an escaped quote *)
let f' = 'a' (* TODO: yes ocaml after a prime *)
let g (x : 'a) = x (* TODO: yes ocaml after a type variable *)
(* a string "*)" in a comment
   TODO: yes ocaml after a string in a comment *)
(* it's a quote
   TODO: yes ocaml after an apostrophe *)
(** TODO: yes ocaml doc *)
let h = ( * ) 1 2 (* TODO: yes ocaml after an operator *)
let i = "a\
  (* TODO: no *)" (*TODO: yes ocaml without blanks*)
(* the character '"'
   TODO: yes ocaml after a quote in a comment *)

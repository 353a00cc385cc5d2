# TODO: yes nix line
/* TODO: yes nix block
   with a body */
{ pkgs, ... }: # TODO: yes nix after code
let
  s = "# TODO: no ${pkgs.a + "# TODO: no"} # TODO: no"; # TODO: yes nix after a string
  t = ''
    # TODO: no
    ''${ # TODO: no
    ''' # TODO: no
    ${
      # TODO: yes nix in a hole
      pkgs.b
    }
    /* TODO: no */
  ''; # TODO: yes nix after an indented string
  u = "\" # TODO: no";
  a' = ./path; # TODO: yes nix after a path
in /* TODO: yes nix in code */ { inherit s t u; }

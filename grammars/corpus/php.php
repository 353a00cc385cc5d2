<html>
<!-- TODO: yes, in the page -->
<p>it's # TODO: no // TODO: no</p>
<?php
// TODO: yes, a line
# TODO: yes, another
/* TODO: yes, a block */
/**
 * TODO: yes, documentation
 */
#[Attribute("TODO: no")]
$a = "// TODO: no"; // TODO: yes, after a string
$b = '# TODO: no \' '; # TODO: yes
$c = "a {$d["// TODO: no"]} // TODO: no"; // TODO: yes, after a hole
$e = <<<EOT
// TODO: no
# TODO: no {$a}
EOT; // TODO: yes, after a heredoc
$f = <<<'EOT'
    // TODO: no
    EOT . "x"; // TODO: yes, after a nowdoc
$g = 4 / 2; // TODO: yes
$h = "several
// TODO: no
lines"; // TODO: yes
// TODO: yes, ended ?> <p># TODO: no</p> <?php
$i = `ls # TODO: no`; /* TODO: yes */
// TODO: yes, a body
//   that goes on
?>
<p>// TODO: no</p>
<?= $a /* TODO: yes, in an echo */ ?>

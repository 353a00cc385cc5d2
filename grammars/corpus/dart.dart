// TODO: yes dart line
/* TODO: yes dart block /* nested */ on */
/// TODO: yes dart doc
library a;

/**
 * TODO: yes dart doc block
 */
class A {
  final s = "// TODO: no";
  final t = '/* TODO: no */';
  final u = r'// TODO: no\'; // TODO: yes dart after a raw string
  final v = """several
// TODO: no
"""; // TODO: yes dart after several lines
  final w = '''
/* TODO: no */ ' '''; // TODO: yes dart after a long string
  final x = "a ${f("// TODO: no")} // TODO: no"; // TODO: yes dart after interpolation
  final y = 'it\'s // TODO: no'; // TODO: yes dart after an escape
  int f(x) => 4 ~/ 2; // TODO: yes dart after a division
}

/* TODO: yes, a block
 * that goes on */
// TODO: yes, a line \
   TODO: yes, carried on
#include <stdio.h> // TODO: yes, after an include
#define A "// TODO: no" // TODO: yes, after a macro
#define B(x) \
    /* TODO: yes, in a macro */ (x)
char a = '"'; // TODO: yes, after a character
char b = '\''; // TODO: yes
char *c = "a \" /* TODO: no */"; /* TODO: yes */
char *d = "a \
// TODO: no"; // TODO: yes, after a continued string
wchar_t e = L'"'; // TODO: yes, after a wide character
int f = 'ab"c'; // TODO: yes, after several characters
int g = a / *p; /* TODO: yes */
#if 0
don't // TODO: yes, an apostrophe in code that is left out
#endif
char h[] = ""; /* TODO: yes */ char i = '\\'; // TODO: yes

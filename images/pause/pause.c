/*
 * pause: the first process of every pod. It owns the pod's namespaces, does nothing, and collects the orphans of
 * containers that share its process namespace.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_signal(int number) {
  if (number == SIGCHLD) {
    while (waitpid(-1, 0, WNOHANG) > 0) {
    }
  } else {
    _exit(0);
  }
}

int main(void) {
  signal(SIGINT, on_signal);
  signal(SIGTERM, on_signal);
  signal(SIGCHLD, on_signal);
  for (;;) {
    pause();
  }
}

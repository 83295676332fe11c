#include "io/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

#include "base/error.h"

extern char** environ;  // POSIX declares it in no header

namespace heed::io {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMostOutput = 1 << 20;

struct Pipe {
    int ends[2] = {-1, -1};

    Pipe() {
        if (pipe2(ends, O_CLOEXEC) != 0) {
            fail(ErrorKind::bad_file, "a pipe to another program: ", std::strerror(errno));
        }
    }
    Pipe(const Pipe&) = delete;
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    void close_end(int end) {
        if (ends[end] >= 0) {
            close(std::exchange(ends[end], -1));
        }
    }
};

pid_t spawn(const std::vector<std::string>& command, const Pipe& pipe) {
    std::vector<char*> arguments;
    for (const std::string& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipe.ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipe.ends[1], STDERR_FILENO);
    pid_t child = 0;
    const int error = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error == ENOENT) {
        fail(ErrorKind::bad_file, command[0], ": expected a program of that name, and there is none in PATH");
    }
    if (error != 0) {
        fail(ErrorKind::bad_file, command[0], ": ", std::strerror(error));
    }
    return child;
}

// Reads until the other end is closed; false when that takes too long.
bool read_all(int from, Clock::time_point deadline, std::string& output) {
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd waited{.fd = from, .events = POLLIN, .revents = 0};
        if (left <= 0 || poll(&waited, 1, static_cast<int>(left)) == 0) {
            return false;
        }
        const ssize_t count = read(from, buffer.data(), buffer.size());
        if (count == 0 || (count < 0 && errno != EINTR)) {
            return true;
        }
        if (count > 0 && output.size() < kMostOutput) {
            output.append(buffer.data(), static_cast<size_t>(count));
        }
    }
}

// Its exit, which a program that closed its outputs may still keep us waiting for.
bool reap(pid_t child, Clock::time_point deadline, int& status) {
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (Clock::now() >= deadline) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& command, std::chrono::milliseconds limit) {
    Pipe pipe;
    const Clock::time_point deadline = Clock::now() + limit;
    const pid_t child = spawn(command, pipe);
    pipe.close_end(1);
    ProcessResult result;
    int status = 0;
    if (!read_all(pipe.ends[0], deadline, result.output) || !reap(child, deadline, status)) {
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        fail(ErrorKind::bad_file, command[0], ": expected an end within ", limit.count(), " ms, got none");
    }
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

}  // namespace heed::io

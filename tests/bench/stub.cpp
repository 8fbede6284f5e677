// The upstream of the overhead benchmark: one thread, one epoll loop, answers prepared in advance, so that what is
// measured is the proxy in front of it. The body's model name chooses the answer:
//   json300, json4k   a whole answer of that size
//   sse100            100 events in one write, as a burst that has piled up
//   paced             100 events, one every 20 ms
//   flood             events of 64 KiB up to 200 MB
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

constexpr int events_per_stream = 100;
constexpr int flood_events = 3200;  // of 64 KiB: 200 MB

std::string content(std::size_t size) {
  std::string text;
  while (text.size() < size) text += "word ";
  text.resize(size);
  return text;
}

std::string whole_answer(std::size_t size) {
  const std::string frame =
      R"({"id":"chatcmpl-1","object":"chat.completion","created":1763600000,"model":"m","choices":[{"index":0,)"
      R"("message":{"role":"assistant","content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,)"
      R"("completion_tokens":9,"total_tokens":18}})";
  auto body = frame;
  const std::size_t padding = size > frame.size() ? size - frame.size() : 0;
  body.insert(body.find("\"content\":\"") + 11, content(padding));
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

std::string chunk(const std::string& data) {
  std::array<char, 20> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", data.size());
  return size.data() + data + "\r\n";
}

std::string event(const std::string& delta, const std::string& finish) {
  return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1763600000,\"model\":\"m\","
         "\"choices\":[{\"index\":0,\"delta\":" +
         delta + ",\"finish_reason\":" + finish + "}]}\n\n";
}

struct Answers {
  std::string json300 = whole_answer(300);
  std::string json4k = whole_answer(4096);
  std::string stream_head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string delta = chunk(event(R"({"content":"word "})", "null"));
  std::string big = chunk(event("{\"content\":\"" + content(65536 - 160) + "\"}", "null"));
  std::string last = chunk(event("{}", "\"stop\"") + "data: [DONE]\n\n") + "0\r\n\r\n";
};

struct Connection {
  std::string in;
  std::string out;
  std::size_t written = 0;
  const std::string* repeat = nullptr;  // written `left` times more
  int left = 0;
  bool paced = false;
};

class Stub {
 public:
  explicit Stub(int listener)
      : listener_(listener), epoll_(epoll_create1(0)), timer_(timerfd_create(CLOCK_MONOTONIC, 0)) {
    watch(listener_, EPOLLIN);
    watch(timer_, EPOLLIN);
    itimerspec every{{0, 20'000'000}, {0, 20'000'000}};
    timerfd_settime(timer_, 0, &every, nullptr);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> ready{};
    for (;;) {
      const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), -1);
      for (int i = 0; i < count; ++i) {
        const auto& each = ready.at(static_cast<std::size_t>(i));
        if (each.data.fd == listener_)
          accept_all();
        else if (each.data.fd == timer_)
          tick();
        else
          serve(each.data.fd, each.events);
      }
    }
  }

 private:
  void watch(int fd, std::uint32_t events) {
    epoll_event interest{};
    interest.events = events;
    interest.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &interest);
  }
  void rearm(int fd, bool writing) {
    epoll_event interest{};
    interest.events = writing ? EPOLLIN | EPOLLOUT : EPOLLIN;
    interest.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &interest);
  }
  void accept_all() {
    for (;;) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      connections_[fd];
      watch(fd, EPOLLIN);
    }
  }
  void drop(int fd) {
    connections_.erase(fd);
    close(fd);
  }
  void serve(int fd, std::uint32_t events) {
    const auto found = connections_.find(fd);
    if (found == connections_.end()) return;
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && !take(fd, found->second)) return drop(fd);
    if (!flush(fd, found->second)) drop(fd);
  }
  bool take(int fd, Connection& connection) {
    std::array<char, 65536> buffer;
    const auto size = read(fd, buffer.data(), buffer.size());
    if (size == 0 || (size < 0 && errno != EAGAIN)) return false;
    if (size > 0) connection.in.append(buffer.data(), static_cast<std::size_t>(size));
    const auto end = connection.in.find("\r\n\r\n");
    if (end == std::string::npos) return true;
    const auto length_at = strcasestr(connection.in.c_str(), "content-length:");
    const auto length = length_at == nullptr ? 0 : std::strtoul(length_at + 15, nullptr, 10);
    if (connection.in.size() < end + 4 + length) return true;
    answer(connection, std::string_view(connection.in).substr(end + 4, length));
    connection.in.erase(0, end + 4 + length);
    return true;
  }
  void answer(Connection& connection, std::string_view body) {
    const auto asks = [&](std::string_view name) { return body.find(name) != std::string_view::npos; };
    connection.paced = false;
    connection.left = 0;
    if (asks("json300")) {
      connection.out += answers_.json300;
    } else if (asks("json4k")) {
      connection.out += answers_.json4k;
    } else {
      connection.out += answers_.stream_head;
      connection.paced = asks("paced");
      connection.repeat = asks("flood") ? &answers_.big : &answers_.delta;
      connection.left = asks("flood") ? flood_events : events_per_stream;
      while (asks("sse100") && connection.left > 0) step(connection);
    }
  }
  void step(Connection& connection) {
    connection.out += connection.left > 1 ? *connection.repeat : answers_.last;
    --connection.left;
  }
  // The flood goes event by event, so that the stub holds no more than one of them.
  bool flush(int fd, Connection& connection) {
    for (;;) {
      while (connection.written < connection.out.size()) {
        const auto size = send(fd, connection.out.data() + connection.written,
                               connection.out.size() - connection.written, MSG_NOSIGNAL);
        if (size < 0 && errno == EAGAIN) return rearm(fd, true), true;
        if (size < 0) return false;
        connection.written += static_cast<std::size_t>(size);
      }
      connection.out.clear();
      connection.written = 0;
      if (connection.left == 0 || connection.paced) return rearm(fd, false), true;
      step(connection);
    }
  }
  void tick() {
    std::uint64_t ticks = 0;
    if (read(timer_, &ticks, sizeof ticks) < 0) return;
    std::vector<int> broken;
    for (auto& [fd, connection] : connections_) {
      if (!connection.paced || connection.left == 0) continue;
      step(connection);
      if (!flush(fd, connection)) broken.push_back(fd);
    }
    for (const int fd : broken) drop(fd);
  }

  int listener_;
  int epoll_;
  int timer_;
  Answers answers_;
  std::unordered_map<int, Connection> connections_;
};

}  // namespace

int main() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool listening = bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                         listen(listener, 1024) == 0 &&
                         getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (!listening) return std::perror("stub"), 1;
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  Stub(listener).run();
}

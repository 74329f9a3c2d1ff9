/*
 * session.c - a command whose bytes travel in frames to the runner.
 *
 * One loop, one poll(), no blocking read or write but for the last flush.
 *   I1  bytes of a stream leave in the order in which they were read
 *   I2  EXIT is queued only after both outputs were seen empty or closed
 *       after the command's end, or DRAIN_MAX more bytes had come: what the
 *       command wrote before it ended always arrives before EXIT
 *   I3  nothing is read from the command without credit and room to queue it
 *   I4  the runner's credit bounds what input can hold: an overflow is a
 *       broken peer, and ends the session
 */
#include "init.h"
#include "protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define OUT_SIZE    32768       /* frames waiting for the line              */
#define OUT_LOW     (OUT_SIZE / 2) /* read more from the command below this */
#define READ_MAX    8192        /* payload of one frame of output           */
#define REQUEST_MAX (256 * 1024)
#define EOF_KEY_MS  200
#define DRAIN_MAX   (1024 * 1024) /* largest pipe that Linux allows         */

enum { POLL_LINE, POLL_CHILD, POLL_INPUT, POLL_OUT, POLL_ERR, NR_POLL };

/* An output of the command. */
struct output {
	int fd;                 /* -1: closed                               */
	unsigned char stream;
	uint32_t credit;
	uint32_t drained;       /* bytes read since the command's end       */
	bool is_dry;            /* nothing left since the command's end     */
};

static struct session {
	int line;
	int input_fd;           /* the command's stdin, -1: closed          */
	bool input_ended;       /* END came: close once `input` is empty    */
	bool request_ended;
	bool is_over;           /* the command is dead, `status` is valid   */
	int terminal;           /* pty master, -1: pipes                    */
	int status;
	pid_t pid;
	struct output output[2];
	uint32_t owed[2];       /* credit to return: stdin, request         */
	struct request request;

	size_t frame_len;       /* bytes of a frame not yet complete        */
	size_t input_len;       /* bytes for the command's stdin            */
	size_t out_start, out_len;
	size_t request_len;
	unsigned char frame[2 * GUEST_WINDOW];
	unsigned char input[GUEST_WINDOW];
	unsigned char out[OUT_SIZE];
	char request_text[REQUEST_MAX];
} session;

/* --- frames to the runner ------------------------------------------------ */

static unsigned char *out_end(struct session *s)
{
	return s->out + s->out_start + s->out_len;
}

/* Move what waits to the front; returns the bytes of room behind it. */
static size_t out_room(struct session *s)
{
	if (s->out_start) {
		memmove(s->out, s->out + s->out_start, s->out_len);
		s->out_start = 0;
	}
	return sizeof s->out - s->out_len;
}

static void out_header(struct session *s, char type, unsigned char stream, size_t len)
{
	unsigned char *h = out_end(s);

	h[0] = (unsigned char)type;
	h[1] = stream;
	h[2] = (unsigned char)len;
	h[3] = (unsigned char)(len >> 8);
	s->out_len += FRAME_HEADER + len;
}

/* Write what the line takes now. */
static void out_write(struct session *s)
{
	while (s->out_len) {
		ssize_t n = write(s->line, s->out + s->out_start, s->out_len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			say("the session's line is dead: ", strerror(errno), NULL);
			power_off();
		}
		s->out_start += (size_t)n;
		s->out_len -= (size_t)n;
	}
	s->out_start = 0;
}

/* Write everything, and wait until it is on the wire. */
static void out_flush(struct session *s)
{
	struct pollfd p = { .fd = s->line, .events = POLLOUT };

	while (out_write(s), s->out_len)
		poll(&p, 1, -1);
	tcdrain(s->line);
}

/* Queue a small frame; it waits for room only if the queue is full. */
static void out_frame(struct session *s, char type, unsigned char stream,
		      const void *payload, size_t len)
{
	if (out_room(s) < FRAME_HEADER + len)
		out_flush(s);
	if (len)
		memcpy(out_end(s) + FRAME_HEADER, payload, len);
	out_header(s, type, stream, len);
}

/* Return credit in portions worth a frame; all of it when `now`. */
static void credit_return(struct session *s, unsigned char stream, bool now)
{
	uint32_t *owed = &s->owed[stream == STREAM_REQUEST];
	unsigned char bytes[4];

	if (*owed == 0 || (!now && *owed < GUEST_WINDOW / 3))
		return;
	for (int i = 0; i < 4; i++)
		bytes[i] = (unsigned char)(*owed >> (8 * i));
	out_frame(s, FRAME_CREDIT, stream, bytes, sizeof bytes);
	*owed = 0;
}

/* --- the command's streams ----------------------------------------------- */

static void output_close(struct output *o)
{
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
	o->is_dry = true;
}

static bool output_may_read(const struct session *s, const struct output *o)
{
	return o->fd >= 0 && o->credit > FRAME_HEADER && s->out_len < OUT_LOW;
}

/* Read once, straight behind the header of the frame that carries it. */
static void output_read(struct session *s, struct output *o)
{
	size_t max = out_room(s) - FRAME_HEADER;
	ssize_t n;

	if (max > READ_MAX)
		max = READ_MAX;
	if (max > o->credit - FRAME_HEADER)
		max = o->credit - FRAME_HEADER;
	n = read(o->fd, out_end(s) + FRAME_HEADER, max);
	if (n > 0) {
		out_header(s, FRAME_DATA, o->stream, (size_t)n);
		o->credit -= FRAME_HEADER + (uint32_t)n;
		if (s->is_over && (o->drained += (uint32_t)n) >= DRAIN_MAX)
			o->is_dry = true;
	} else if (n < 0 && errno == EAGAIN) {
		o->is_dry = s->is_over;
	} else if (n == 0 || errno != EINTR) {
		output_close(o);        /* a pty says EIO for "all closed" */
	}
}

/* Nobody reads the command's stdin any more: tell the runner once. */
static void input_stop(struct session *s)
{
	if (s->input_fd >= 0 && s->terminal < 0)
		close(s->input_fd);
	s->input_fd = -1;
	s->input_len = 0;
	out_frame(s, FRAME_STOP, STREAM_STDIN, NULL, 0);
}

/*
 * A terminal's end of input: its end-of-file key, pressed again whenever
 * nothing has happened for EOF_KEY_MS, for each reader wants one of its own.
 */
static void input_press_eof(struct session *s)
{
	static const char eof_key = 4;

	if (write(s->terminal, &eof_key, 1) < 0 && errno != EAGAIN)
		say("terminal: ", strerror(errno), NULL);
}

static void input_write(struct session *s)
{
	if (s->input_fd < 0)
		return;
	while (s->input_len) {
		ssize_t n = write(s->input_fd, s->input, s->input_len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0) {
			input_stop(s);
			return;
		}
		s->owed[0] += (uint32_t)n;
		s->input_len -= (size_t)n;
		memmove(s->input, s->input + n, s->input_len);
	}
	credit_return(s, STREAM_STDIN, s->input_len == 0);
	if (s->input_len == 0 && s->input_ended && s->terminal < 0) {
		close(s->input_fd);
		s->input_fd = -1;
	}
}

/* --- frames from the runner ---------------------------------------------- */

static uint32_t le(const unsigned char *bytes, size_t len)
{
	uint32_t value = 0;

	while (len-- > 0)
		value = value << 8 | bytes[len];
	return value;
}

static _Noreturn void peer_broken(const char *what)
{
	say("broken session: ", what, NULL);
	power_off();
}

static void take_data(struct session *s, unsigned char stream, const void *bytes, size_t len)
{
	if (stream == STREAM_REQUEST) {
		if (len > sizeof s->request_text - s->request_len)
			peer_broken("request too long");
		memcpy(s->request_text + s->request_len, bytes, len);
		s->request_len += len;
		s->owed[1] += FRAME_HEADER + (uint32_t)len;
		credit_return(s, STREAM_REQUEST, false);
		return;
	}
	s->owed[0] += FRAME_HEADER;
	if (s->input_fd < 0)
		return;                 /* STOP is under way */
	if (len > sizeof s->input - s->input_len)
		peer_broken("more input than credit");
	memcpy(s->input + s->input_len, bytes, len);
	s->input_len += len;
}

static void take_frame(struct session *s, const unsigned char *frame, size_t len)
{
	const unsigned char *payload = frame + FRAME_HEADER;
	unsigned char stream = frame[1];

	switch (frame[0]) {
	case FRAME_DATA:
		take_data(s, stream, payload, len);
		break;
	case FRAME_END:
		if (stream == STREAM_REQUEST)
			s->request_ended = true;
		else
			s->input_ended = true;
		break;
	case FRAME_STOP:
		for (int i = 0; i < 2; i++)
			if (s->output[i].stream == stream)
				output_close(&s->output[i]);
		break;
	case FRAME_CREDIT:
		for (int i = 0; i < 2; i++)
			if (s->output[i].stream == stream)
				s->output[i].credit += le(payload, 4);
		break;
	case FRAME_SIZE:
		if (s->terminal >= 0)
			terminal_set_size(s->terminal, le(payload, 2), le(payload + 2, 2));
		break;
	default:
		peer_broken("unknown frame");
	}
}

/* Read what has come, act on the frames that are complete. */
static void line_read(struct session *s)
{
	size_t start = 0;
	ssize_t n = read(s->line, s->frame + s->frame_len, sizeof s->frame - s->frame_len);

	if (n <= 0) {
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			peer_broken("hangup");
		return;
	}
	s->frame_len += (size_t)n;
	while (s->frame_len - start >= FRAME_HEADER) {
		const unsigned char *frame = s->frame + start;
		size_t len = le(frame + 2, 2);

		if (len > GUEST_WINDOW)
			peer_broken("frame too long");
		if (s->frame_len - start < FRAME_HEADER + len)
			break;
		take_frame(s, frame, len);
		start += FRAME_HEADER + len;
	}
	s->frame_len -= start;
	memmove(s->frame, s->frame + start, s->frame_len);
}

/* --- the life of a session ----------------------------------------------- */

/* Wait for the request; false if the runner stays silent for wait_ms. */
static bool request_wait(struct session *s, long wait_ms)
{
	struct pollfd p = { .fd = s->line, .events = POLLIN };

	out_frame(s, FRAME_HELLO, HELLO_VERSION, HELLO_MAGIC, sizeof HELLO_MAGIC - 1);
	out_flush(s);
	while (!s->request_ended) {
		if (poll(&p, 1, (int)wait_ms) == 0)
			return false;
		line_read(s);
		out_write(s);
		if (s->request_len)
			wait_ms = -1;
	}
	return true;
}

static void info_send(struct session *s)
{
	char text[2048];
	int fd = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text);

	out_frame(s, FRAME_INFO, 0, text, n < 0 ? 0 : (size_t)n);
	if (fd >= 0)
		close(fd);
}

static int pipe_open(int ends[2], int ours)
{
	if (pipe(ends) < 0) {
		say("no pipe: ", strerror(errno), NULL);
		power_off();
	}
	for (int i = 0; i < 2; i++)
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	fcntl(ends[ours], F_SETFL, O_NONBLOCK);
	return ends[ours];
}

/* Start the command on three pipes. */
static void start_on_pipes(struct session *s)
{
	int in[2], out[2], err[2];

	s->terminal = -1;
	s->input_fd = pipe_open(in, 1);
	s->output[0].fd = pipe_open(out, 0);
	s->output[1].fd = pipe_open(err, 0);
	s->pid = child_fork();
	if (s->pid == 0) {
		setsid();
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		dup2(err[1], STDERR_FILENO);
		request_exec(&s->request);
	}
	close(in[0]);
	close(out[1]);
	close(err[1]);
}

/* Start the command on a pseudo terminal; false if the kernel has none. */
static bool start_on_pty(struct session *s)
{
	int slave = -1, master = terminal_open_pty(&slave);

	if (master < 0) {
		say("no pseudo terminal: ", strerror(-master), NULL);
		return false;
	}
	terminal_set_sane(slave);
	terminal_set_size(slave, s->request.rows, s->request.cols);
	s->terminal = s->input_fd = s->output[0].fd = master;
	s->output[1].fd = -1;
	s->output[1].is_dry = true;
	s->pid = child_fork();
	if (s->pid == 0) {
		terminal_adopt(slave);
		request_exec(&s->request);
	}
	close(slave);
	return true;
}

/*
 * The line itself becomes the command's terminal.  It stays open, for its last
 * close would drop what the user has typed; it is opened again in the end,
 * because the end of the command hangs it up.
 */
static _Noreturn void run_on_line(struct session *s, const char *line_path)
{
	char digits[4];
	int code, line;

	out_frame(s, FRAME_DIRECT, 0, NULL, 0);
	out_flush(s);
	code = terminal_run(&s->request, line_path);
	line = open(line_path, O_RDWR | O_NOCTTY);
	write_strings(line, EXIT_MARK, number_text(digits, code), "\a", NULL);
	tcdrain(line);
	power_off();
}

/* How long poll() may wait; set up in p is what it waits for. */
static int session_timeout(const struct session *s, const struct pollfd *p)
{
	/* After the end, nothing needs to happen for a read to get on. */
	if (s->is_over && (p[POLL_OUT].fd >= 0 || p[POLL_ERR].fd >= 0))
		return 0;
	return s->terminal >= 0 && s->input_ended ? EOF_KEY_MS : -1;
}

/* Look at everything once, after waiting for something to happen. */
static void session_step(struct session *s)
{
	struct pollfd p[NR_POLL] = {
		[POLL_LINE] = { s->line, POLLIN, 0 },
		[POLL_CHILD] = { child_watch_fd(), POLLIN, 0 },
		[POLL_INPUT] = { s->terminal < 0 ? s->input_fd : -1, 0, 0 },
	};
	int nr_ready;

	if (s->out_len)
		p[POLL_LINE].events |= POLLOUT;
	if (s->input_len && s->input_fd >= 0)
		p[POLL_INPUT] = (struct pollfd){ s->input_fd, POLLOUT, 0 };
	for (int i = 0; i < 2; i++)
		p[POLL_OUT + i] = (struct pollfd){
			output_may_read(s, &s->output[i]) && !s->output[i].is_dry
				? s->output[i].fd : -1, POLLIN, 0 };
	nr_ready = poll(p, NR_POLL, session_timeout(s, p));
	if (nr_ready < 0)
		return;
	if (nr_ready == 0 && !s->is_over && !s->input_len)
		input_press_eof(s);
	if (p[POLL_LINE].revents & ~POLLOUT)
		line_read(s);
	for (int i = 0; i < 2; i++)
		if (p[POLL_OUT + i].revents || (s->is_over && p[POLL_OUT + i].fd >= 0))
			if (output_may_read(s, &s->output[i]))
				output_read(s, &s->output[i]);
	if (p[POLL_CHILD].revents && child_watch_read(s->pid, &s->status))
		s->is_over = true;
	if (!s->input_len && (p[POLL_INPUT].revents & POLLERR))
		input_stop(s);
	input_write(s);
	out_write(s);
}

static _Noreturn void session_end(struct session *s)
{
	unsigned char how[2] = { (unsigned char)(s->status >> 8), s->status & 0x7f };

	out_frame(s, FRAME_EXIT, 0, how, sizeof how);
	out_flush(s);
	power_off();
}

_Noreturn static void session_command(struct session *s, const char *line_path)
{
	const char *terminal = s->request.terminal;

	for (int i = 0; i < 2; i++) {
		s->output[i].stream = (unsigned char)(STREAM_STDOUT + i);
		s->output[i].credit = HOST_WINDOW;
	}
	if (!terminal)
		start_on_pipes(s);
	else if (strcmp(terminal, "serial") == 0 || !start_on_pty(s))
		run_on_line(s, line_path);
	s->owed[0] = GUEST_WINDOW;      /* now there is somebody to read it */
	credit_return(s, STREAM_STDIN, true);
	while (!s->is_over || !s->output[0].is_dry || !s->output[1].is_dry)
		session_step(s);
	session_end(s);
}

/* Comes back only if no runner answers. */
void session_run(int line, const char *line_path, long wait_ms)
{
	struct session *s = &session;

	s->line = line;
	terminal_set_raw(line);
	if (!request_wait(s, wait_ms)) {
		say("nobody answers on ", line_path, NULL);
		close(line);
		return;
	}
	mount_all();
	request_parse(&s->request, s->request_text, s->request_len);
	if (s->request.wants_meminfo)
		info_send(s);
	session_command(s, line_path);
}

/*
 * protocol.h - what init and the runner (tools/vm) say to each other.
 *
 * The second serial line carries frames in both directions:
 *
 *     +------+--------+-----------+-----------------+
 *     | type | stream | len (LE)  | len bytes       |
 *     |  u8  |   u8   |   u16     |                 |
 *     +------+--------+-----------+-----------------+
 *
 * Init opens with FRAME_HELLO, whose bytes the runner looks for in whatever
 * firmware may have printed before.  The runner answers with the request:
 * DATA on STREAM_REQUEST, then END.  From there on the streams flow.
 *
 * Flow control.  A DATA frame costs its sender len + FRAME_HEADER bytes
 * of credit on its stream; the receiver returns them by FRAME_CREDIT once it
 * has passed the bytes on.  Credit toward the guest is GUEST_WINDOW, so that
 * the guest's tty never holds more than the 4095 bytes that it must be able
 * to hold; credit toward the runner is HOST_WINDOW.  For stdin it is none
 * until init's first FRAME_CREDIT says that the command runs.  The other
 * frames are small and few.  Neither side ever stops reading the line.
 *
 * tools/vmlib/protocol.py says the same in Python; tests/vm compares them.
 */
#ifndef PERCIVAL_INIT_PROTOCOL_H
#define PERCIVAL_INIT_PROTOCOL_H

#define FRAME_HEADER  4         /* bytes before the payload                  */
#define GUEST_WINDOW  3072      /* credit of the runner, per stream          */
#define HOST_WINDOW   65536     /* credit of init, per stream                */
#define HELLO_VERSION 1         /* stream byte of FRAME_HELLO                */
#define HELLO_MAGIC   "percival-init\n"
#define EXIT_MARK     "\033]percival;exit=" /* then decimal digits and \a    */

/* Frame types; the comment names who sends it and what the payload is.      */
#define FRAME_HELLO  'H'        /* init: HELLO_MAGIC                         */
#define FRAME_DATA   'D'        /* both: bytes of the stream                 */
#define FRAME_END    'E'        /* runner: no more bytes will come           */
#define FRAME_STOP   'S'        /* both: nobody reads this stream any more   */
#define FRAME_CREDIT 'C'        /* both: u32, bytes to send more             */
#define FRAME_SIZE   'W'        /* runner: u16 rows, u16 columns             */
#define FRAME_INFO   'I'        /* init: text of /proc/meminfo               */
#define FRAME_DIRECT 'T'        /* init: raw terminal bytes from here on,    */
				/* both ways, until EXIT_MARK                */
#define FRAME_EXIT   'X'        /* init: u8 exit code, u8 signal or 0        */

#define STREAM_STDIN   0
#define STREAM_STDOUT  1
#define STREAM_STDERR  2
#define STREAM_REQUEST 3

/*
 * The request is a row of NUL-terminated strings, each led by its key.  The
 * same bytes in /.percival/run make an image that needs no runner.
 */
#define REQ_ARG      'a'        /* one word of the command                   */
#define REQ_ENV      'e'        /* NAME=VALUE                                */
#define REQ_CWD      'd'        /* directory to start in                     */
#define REQ_TERMINAL 't'        /* "pty" or "serial": run on a terminal      */
#define REQ_SIZE     'w'        /* "ROWS COLUMNS" of that terminal           */
#define REQ_MEMINFO  'm'        /* send FRAME_INFO before the command        */

#endif

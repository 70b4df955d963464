// SPDX-License-Identifier: GPL-3.0-or-later
/** Real servers as processes on 127.0.0.1 that end with the process that started them, and not before unless they are told. */
package io.dormouse.process;

/* Leaves a typed date as it is typed, so that the form takes it or says what is wrong with it.
   Left alone, the calendar writes the present moment over whatever it cannot read. */
jQuery.fn.datetimepicker.defaults.validateOnBlur = false;

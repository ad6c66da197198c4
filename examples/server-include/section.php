<?php
/*
 * Kho 57: a section as HTML in a page of PHP 5.6 or newer.
 * Save as kho57-section.php and write where the section shall stand:  <?php include 'kho57-section.php'; ?>
 * Asks the library every five minutes at most, waits three seconds at most, keeps the last copy while the
 * library does not answer, and drops it where the library says that the section is gone.
 */
function kho57_section($address)
{
    $kept = sys_get_temp_dir() . '/kho57-' . md5($address) . '.html';
    if (is_file($kept) && time() - filemtime($kept) < 300) {
        return file_get_contents($kept);
    }
    $line = stream_context_create(array('http' => array('timeout' => 3, 'ignore_errors' => true)));
    $html = @file_get_contents($address, false, $line);
    $said = $html === false ? '' : $http_response_header[0];
    if (strpos($said, ' 200') && strpos($html, 'class="kho57"')) {
        $new = $kept . getmypid();
        if (@file_put_contents($new, $html) !== false) {
            rename($new, $kept);
        }
        return $html;
    }
    if (strpos($said, ' 404') || strpos($said, ' 410')) {
        @unlink($kept);
    }
    if (is_file($kept)) {
        touch($kept);
        return file_get_contents($kept);
    }
    return '<p><a href="' . htmlspecialchars(preg_replace('~/feeds/.*~', '/', $address)) . '">Kho 57</a></p>';
}

echo kho57_section('https://kho57.example/feeds/XA-20056/ban-tin-xa/section.html');
